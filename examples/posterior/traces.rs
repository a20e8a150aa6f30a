//! The traces as an SVG picture: for each number a panel, in it each chain as a line.
//! The picture brings its own background, so it reads the same on a light page and on a dark one.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use graph_runtime::solvers::nuts_rs::Draws;
use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::arguments::Arguments;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const CHAINS: [RGBColor; 4] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 128, 96),
    RGBColor(170, 90, 150),
];
const INK: RGBColor = RGBColor(36, 41, 51);
const GREY: RGBColor = RGBColor(98, 105, 117);
const GRID: RGBColor = RGBColor(228, 231, 236);
const PAPER: RGBColor = RGBColor(253, 253, 254);
const PANEL: (u32, u32) = (960, 190);
/// Draws shown of each chain, at most: more could not be told apart.
const SHOWN: usize = 500;

/// Draws the traces of some numbers, and says where.
pub(crate) fn write(
    numbers: &[(&Draws, &str)],
    arguments: &Arguments,
) -> Result<PathBuf, Box<dyn Error>> {
    let picture = draw(numbers)?;
    let default = || target_folder().join("posterior").join("traces.svg");
    let path = arguments.picture.clone().unwrap_or_else(default);
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)
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

fn draw(numbers: &[(&Draws, &str)]) -> Result<String, Box<dyn Error>> {
    let mut svg = String::new();
    let (width, height) = PANEL;
    let page = SVGBackend::with_string(&mut svg, (width, height * numbers.len() as u32));
    let page = page.into_drawing_area();
    page.fill(&PAPER)?;
    let panels = page.split_evenly((numbers.len(), 1));
    for (area, (draws, name)) in panels.iter().zip(numbers) {
        panel(area, name, &draws.of(name))?;
    }
    drop((panels, page));
    Ok(svg)
}

/// One number: the last draws of each chain.
fn panel(area: &Area<'_>, name: &str, chains: &[Vec<f64>]) -> Result<(), Box<dyn Error>> {
    let shown = chains
        .iter()
        .map(|chain| &chain[chain.len().saturating_sub(SHOWN)..]);
    let shown: Vec<&[f64]> = shown.collect();
    let all = || shown.iter().flat_map(|chain| chain.iter().copied());
    let (low, high) = (
        all().fold(f64::INFINITY, f64::min),
        all().fold(f64::NEG_INFINITY, f64::max),
    );
    let longest = shown.iter().map(|chain| chain.len()).max();
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .margin_right(28)
        .x_label_area_size(26)
        .y_label_area_size(70)
        .build_cartesian_2d(0..longest.unwrap_or_default(), low..high)?;
    chart
        .configure_mesh()
        .y_desc(name)
        .x_labels(6)
        .y_labels(5)
        .max_light_lines(1)
        .light_line_style(GRID)
        .bold_line_style(GRID)
        .axis_style(GREY)
        .label_style(text(13, GREY))
        .axis_desc_style(text(16, INK))
        .draw()?;
    for (at, chain) in shown.iter().enumerate() {
        let colour = CHAINS[at % CHAINS.len()].mix(0.7);
        chart.draw_series(LineSeries::new(chain.iter().copied().enumerate(), colour))?;
    }
    Ok(())
}

fn text(size: i32, colour: RGBColor) -> TextStyle<'static> {
    ("sans-serif", size)
        .into_font()
        .color(&colour)
        .pos(Pos::new(HPos::Left, VPos::Top))
}
