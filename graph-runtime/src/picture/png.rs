//! The picture as PNG, by `resvg`.
//!
//! No font is part of this crate, so words are set in one of the system. Invariant: words are drawn or it is an error; a system
//! without fonts is never answered with boxes that say nothing.

use std::io::{Error, ErrorKind, Result};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, FaceInfo, Style};
use resvg::usvg::{Options, Tree};

use super::Picture;

/// Pixels to each of the SVG.
const SCALE: f32 = 2.0;

pub fn rendered(picture: &Picture) -> Result<Vec<u8>> {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    with_fonts(&picture.to_svg(), fonts)
}

fn with_fonts(svg: &str, mut fonts: Database) -> Result<Vec<u8>> {
    let Some(family) = fallback(&fonts) else {
        return Err(Error::new(
            ErrorKind::NotFound,
            "a picture as `.png` is set in a font of the system, which has none: install one of fixed width, for example DejaVu \
             Sans Mono, or save it as `.svg`",
        ));
    };
    fonts.set_monospace_family(family);
    let mut options = Options::default();
    *options.fontdb_mut() = fonts;
    let tree = Tree::from_str(svg, &options).map_err(Error::other)?;
    let size = tree.size().to_int_size().scale_by(SCALE);
    let pixels = size.and_then(|size| Pixmap::new(size.width(), size.height()));
    let Some(mut pixels) = pixels else {
        let message = "the picture is too large for a `.png`: save it as `.svg`";
        return Err(Error::new(ErrorKind::OutOfMemory, message));
    };
    resvg::render(
        &tree,
        Transform::from_scale(SCALE, SCALE),
        &mut pixels.as_mut(),
    );
    pixels.encode_png().map_err(Error::other)
}

/// The font where none of those is there that the picture asks for: one of fixed width, or else any, which may set words wider than
/// the room they have.
fn fallback(fonts: &Database) -> Option<String> {
    let upright = |face: &&FaceInfo| face.style == Style::Normal;
    let fixed = fonts.faces().filter(upright).find(|face| face.monospaced);
    let face = fixed.or_else(|| fonts.faces().next())?;
    face.families.first().map(|(name, _)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::describe::draw;

    fn picture() -> Picture {
        draw(
            "f\ninput\tx\t\t0\t1\noperation\texp\t\t1\t0\t0\t1\t\t1\noutput\ty\t\t1\t0\t1\t0\t\t",
            &[1.0, 2.75],
        )
    }

    /// Whether anything is drawn in about this colour.
    fn has(pixels: &Pixmap, colour: [u8; 3]) -> bool {
        let near = |a: u8, b: u8| a.abs_diff(b) < 24;
        pixels.pixels().iter().any(|pixel| {
            let found = [pixel.red(), pixel.green(), pixel.blue()];
            found.iter().zip(colour).all(|(a, b)| near(*a, b))
        })
    }

    #[test]
    fn values_gradients_and_background_are_drawn_without_a_browser() {
        let bytes = match rendered(&picture()) {
            Err(error) if error.kind() == ErrorKind::NotFound => return,
            bytes => bytes.expect("it is drawn"),
        };
        let pixels = Pixmap::decode_png(&bytes).expect("it is a PNG");
        for colour in [
            [0xff, 0xff, 0xff],
            [0x1f, 0x23, 0x28],
            [0xc2, 0x41, 0x0c],
            [0x6e, 0x77, 0x81],
        ] {
            assert!(has(&pixels, colour), "{colour:?}");
        }
    }

    #[test]
    fn a_system_without_fonts_is_an_error_that_says_so() {
        let error = with_fonts(&picture().to_svg(), Database::new()).expect_err("there is no font");
        assert!(
            error.to_string().contains("install one of fixed width"),
            "{error}"
        );
    }
}
