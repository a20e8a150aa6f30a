//! What was measured, and what must come out.

use std::{error::Error, str::FromStr};

use ndarray::Array1;

/// The effect that each school measured, and its error.
pub(crate) struct EightSchools {
    pub(crate) y: Array1<f64>,
    pub(crate) sigma: Array1<f64>,
}

impl EightSchools {
    pub(crate) fn read() -> Result<Self, Box<dyn Error>> {
        let table = include_str!("../data/posterior/eight_schools.csv");
        Ok(Self {
            y: column(table, "y")?.into(),
            sigma: column(table, "sigma")?.into(),
        })
    }
}

/// The houses: each with its county, the logarithm of the uranium in its soil, the floor (0 is the basement) and the logarithm of the
/// radon.
pub(crate) struct Radon {
    pub(crate) county: Vec<usize>,
    pub(crate) log_uppm: Array1<f64>,
    pub(crate) floor: Array1<f64>,
    pub(crate) log_radon: Array1<f64>,
}

impl Radon {
    pub(crate) fn read() -> Result<Self, Box<dyn Error>> {
        let table = include_str!("../data/posterior/radon.csv");
        Ok(Self {
            county: column(table, "county")?,
            log_uppm: column(table, "log_uppm")?.into(),
            floor: column(table, "floor")?.into(),
            log_radon: column(table, "log_radon")?.into(),
        })
    }

    /// How many counties there are.
    pub(crate) fn counties(&self) -> usize {
        self.county.iter().max().map_or(0, |last| last + 1)
    }
}

/// A number of a posterior, and what must come out for it.
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) mean: f64,
    pub(crate) sd: f64,
}

/// What must come out for a posterior.
pub(crate) fn known(posterior: &str) -> Result<Vec<Known>, Box<dyn Error>> {
    let table = match posterior {
        "radon" => include_str!("../data/posterior/radon_reference.csv"),
        _ => include_str!("../data/posterior/eight_schools_reference.csv"),
    };
    let (names, means, sds) = (
        column::<String>(table, "name")?,
        column(table, "mean")?,
        column(table, "sd")?,
    );
    let numbers = means.into_iter().zip(sds);
    Ok(names
        .into_iter()
        .zip(numbers)
        .map(|(name, (mean, sd))| Known { name, mean, sd })
        .collect())
}

/// The column of a table below a title.
fn column<T: FromStr<Err: Error + 'static>>(
    table: &str,
    title: &str,
) -> Result<Vec<T>, Box<dyn Error>> {
    let mut lines = table.lines();
    let mut titles = lines.next().unwrap_or_default().split(',');
    let at = titles
        .position(|other| other == title)
        .ok_or_else(|| format!("there is no column {title}"))?;
    let entry = |line: &str| -> Result<T, Box<dyn Error>> {
        let entry = line.split(',').nth(at).ok_or("a line is too short")?;
        Ok(entry.parse()?)
    };
    lines.map(entry).collect()
}
