//! Files: what the end of a name says.
//!
//! Invariant: a file is written whole or not begun; a name that says nothing is answered with what there is.

use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use super::Picture;

const ENDS: &str = "`.svg`, `.html`, `.dot`, `.txt`";

pub fn saved(picture: &Picture, path: &Path) -> Result<()> {
    let end = path.extension().unwrap_or_default().to_string_lossy();
    let bytes = match end.to_lowercase().as_str() {
        "svg" => picture.to_svg().into_bytes(),
        "html" | "htm" => picture.to_html().into_bytes(),
        "dot" | "gv" => picture.to_dot().into_bytes(),
        "txt" => format!("{picture}\n{}", picture.explain()).into_bytes(),
        "png" => png(picture)?,
        _ => return Err(unknown(path)),
    };
    std::fs::write(path, bytes).map_err(|error| at(path, &error))
}

/// What went wrong, and with which file.
fn at(path: &Path, error: &Error) -> Error {
    Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(feature = "picture-png")]
fn png(picture: &Picture) -> Result<Vec<u8>> {
    picture.to_png()
}

#[cfg(not(feature = "picture-png"))]
fn png(_: &Picture) -> Result<Vec<u8>> {
    let message =
        format!("a picture as `.png` needs the feature `picture-png`; without it there are {ENDS}");
    Err(Error::new(ErrorKind::Unsupported, message))
}

fn unknown(path: &Path) -> Error {
    let png = if cfg!(feature = "picture-png") {
        ", `.png`"
    } else {
        ""
    };
    let name = path.display();
    let message = format!("`{name}` does not say what to save: end it in one of {ENDS}{png}");
    Error::new(ErrorKind::InvalidInput, message)
}
