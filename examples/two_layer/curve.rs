//! The learning curve as an SVG picture: loss and test accuracy by epoch, side by side.
//! The picture brings its own background, so it reads the same on a light page and on a dark one.

use std::{
    env,
    error::Error,
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::arguments::Arguments;

/// What is known after an epoch.
pub(crate) struct Epoch {
    /// The first is 1.
    pub(crate) number: u32,
    /// The mean loss over the batches of the epoch, each before its step.
    pub(crate) training_loss: f64,
    /// The mean loss over the test digits, after the epoch.
    pub(crate) test_loss: f64,
    /// The share of the test digits that are read correctly, after the epoch.
    pub(crate) accuracy: f64,
}

/// A line of a panel: its name, its colour and a value for each epoch.
type Line<'a> = (&'a str, RGBColor, Vec<f64>);
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const BLUE: RGBColor = RGBColor(0, 114, 178);
const ORANGE: RGBColor = RGBColor(213, 94, 0);
const GREEN: RGBColor = RGBColor(0, 128, 96);
const INK: RGBColor = RGBColor(36, 41, 51);
const GREY: RGBColor = RGBColor(98, 105, 117);
const GRID: RGBColor = RGBColor(228, 231, 236);
const PAPER: RGBColor = RGBColor(253, 253, 254);

/// Draws the history of a training run, and says where: `two_layer/learning_curve.svg` in Cargo's target folder.
pub(crate) fn write(history: &[Epoch], arguments: &Arguments) -> Result<PathBuf, Box<dyn Error>> {
    let picture = draw(history, arguments)?;
    let folder = target_folder().join("two_layer");
    let path = folder.join("learning_curve.svg");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&path, picture))
        .map_err(|cause| format!("{}: cannot be written: {cause}", path.display()))?;
    Ok(path)
}

/// Cargo puts an example into `<target>/<profile>/examples`, wherever the user keeps the target folder.
fn target_folder() -> PathBuf {
    let program = env::current_exe().unwrap_or_default();
    let mut folders = program.ancestors().skip(1);
    match (folders.next(), folders.nth(1)) {
        (Some(examples), Some(target)) if examples.ends_with("examples") => target.to_owned(),
        _ => Path::new(env!("CARGO_MANIFEST_DIR")).join("target"),
    }
}

fn draw(history: &[Epoch], arguments: &Arguments) -> Result<String, Box<dyn Error>> {
    let mut svg = String::new();
    let page = SVGBackend::with_string(&mut svg, (960, 440)).into_drawing_area();
    page.fill(&PAPER)?;

    let percent: Vec<f64> = history.iter().map(|epoch| 100.0 * epoch.accuracy).collect();
    let subtitle = format!(
        "learning rate {}, seed {}: {:.2} % of the test digits are read correctly after epoch {}",
        arguments.learning_rate,
        arguments.seed,
        percent.last().copied().unwrap_or_default(),
        history.len()
    );
    page.draw_text(
        "A 784-50-10 network learns to read digits",
        &text(26, INK),
        (28, 20),
    )?;
    page.draw_text(&subtitle, &text(17, GREY), (28, 50))?;

    let (_, panels) = page.split_vertically(76);
    let (left, right) = panels.split_horizontally(480);
    let training: Vec<f64> = history.iter().map(|epoch| epoch.training_loss).collect();
    let test: Vec<f64> = history.iter().map(|epoch| epoch.test_loss).collect();
    let highest = training.iter().chain(&test).copied().fold(0.01, f64::max);
    let lowest = percent.iter().copied().fold(100.0, f64::min);
    panel(
        &left,
        "loss (cross-entropy)",
        // Room above the lines for the legend.
        0.0..1.3 * highest,
        &[("training", BLUE, training), ("test", ORANGE, test)],
    )?;
    panel(
        &right,
        "test accuracy (%)",
        (lowest / 5.0 - 0.2).floor().max(0.0) * 5.0..100.0,
        &[("test", GREEN, percent)],
    )?;
    drop((left, right, panels, page));
    Ok(svg)
}

/// One pair of axes with its lines, which get a legend if there are several.
fn panel(
    area: &Area<'_>,
    name: &str,
    range: Range<f64>,
    lines: &[Line<'_>],
) -> Result<(), Box<dyn Error>> {
    let epochs = lines.iter().map(|(_, _, values)| values.len()).max();
    let last = epochs.unwrap_or_default();
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .margin_right(28)
        .x_label_area_size(44)
        .y_label_area_size(58)
        .build_cartesian_2d(0..last, range)?;
    chart
        .configure_mesh()
        .x_desc("epoch")
        .y_desc(name)
        .x_labels(8)
        .y_labels(8)
        .y_label_formatter(&|value| ((1e4 * value).round() / 1e4).to_string())
        .max_light_lines(1)
        .light_line_style(GRID)
        .bold_line_style(GRID)
        .axis_style(GREY)
        .label_style(text(15, GREY))
        .axis_desc_style(text(17, INK))
        .draw()?;
    for &(name, colour, ref values) in lines {
        let points = (1..).zip(values.iter().copied());
        chart
            .draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        chart.draw_series(points.map(|point| Circle::new(point, 2, colour.filled())))?;
    }
    if lines.len() == 1 {
        return Ok(());
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .legend_area_size(26)
        .label_font(text(16, INK))
        .background_style(PAPER)
        .draw()?;
    Ok(())
}

fn text(size: i32, colour: RGBColor) -> TextStyle<'static> {
    ("sans-serif", size)
        .into_font()
        .color(&colour)
        .pos(Pos::new(HPos::Left, VPos::Top))
}
