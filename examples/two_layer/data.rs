//! Reads handwritten digits in MNIST's IDX format, gzipped or not.
//!
//! What comes out can be trained on as it is: as many labels as images and at least one, 784 pixels from 0 to 1 an
//! image, labels from 0 to 9. Anything else is an [`Error`] that names the file.
//!
//! The format is read by hand: a header of big-endian 32-bit numbers, then bytes. The crates that parse it panic on a
//! bad file, are under the GPL, or have hardly been released yet.

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::bufread::MultiGzDecoder;
use ndarray::{Array2, Axis};

/// Images, one a row, and the digits they show.
pub(crate) struct Digits {
    /// `[n, 784]`, row by row of the image, from 0 (paper) to 1 (ink).
    pub(crate) images: Array2<f32>,
    /// `[n]`, each from 0 to 9.
    pub(crate) labels: Vec<usize>,
}

impl Digits {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.labels.len()
    }

    /// Those at `indices`, in that order.
    pub(crate) fn select(&self, indices: &[usize]) -> Self {
        Self {
            images: self.images.select(Axis(0), indices),
            labels: indices.iter().map(|&index| self.labels[index]).collect(),
        }
    }
}

/// What is wrong with which file, in one sentence.
#[derive(Debug)]
pub(crate) struct Error {
    path: PathBuf,
    problem: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem)
    }
}

impl std::error::Error for Error {}

/// The digits to train with and those to test with, from the MNIST files in `folder`.
pub(crate) fn read(folder: &Path) -> Result<(Digits, Digits), Error> {
    Ok((
        read_set(folder, &["train"])?,
        read_set(folder, &["t10k", "test"])?,
    ))
}

/// The set that goes by the first of `names` with a file of images in `folder`.
fn read_set(folder: &Path, names: &[&str]) -> Result<Digits, Error> {
    let found = names
        .iter()
        .find_map(|name| Some((name, find(folder, name, "images", 3)?)));
    let Some((name, images_path)) = found else {
        return Err(missing(folder, names, "images", 3));
    };
    let labels_path =
        find(folder, name, "labels", 1).ok_or_else(|| missing(folder, &[name], "labels", 1))?;

    let pixels = read_idx(&images_path, "images", 3)?;
    let labels = read_idx(&labels_path, "labels", 1)?;
    let count = pixels.len() / 784;
    if labels.len() != count {
        let problem = format!(
            "has {} labels, but {} has {count} images",
            labels.len(),
            images_path.display()
        );
        return Err(Error {
            path: labels_path,
            problem,
        });
    }
    if let Some(index) = labels.iter().position(|&label| label > 9) {
        let problem = format!(
            "label {} of image {index} is not a digit from 0 to 9",
            labels[index]
        );
        return Err(Error {
            path: labels_path,
            problem,
        });
    }
    let images = pixels
        .iter()
        .map(|&pixel| f32::from(pixel) / 255.0)
        .collect();
    Ok(Digits {
        images: Array2::from_shape_vec((count, 784), images)
            .expect("the reader gives whole images"),
        labels: labels.into_iter().map(usize::from).collect(),
    })
}

/// The file of one set's images or labels, under any of the names in circulation.
fn find(folder: &Path, set: &str, what: &str, dimensions: usize) -> Option<PathBuf> {
    let names = ["-", "."].map(|dot| format!("{set}-{what}{dot}idx{dimensions}-ubyte"));
    let paths = names
        .iter()
        .flat_map(|name| [folder.join(name), folder.join(format!("{name}.gz"))]);
    paths.into_iter().find(|path| path.is_file())
}

fn missing(folder: &Path, sets: &[&str], what: &str, dimensions: usize) -> Error {
    let names: Vec<String> = sets
        .iter()
        .map(|set| format!("{set}-{what}-idx{dimensions}-ubyte"))
        .collect();
    let problem = if folder.is_dir() {
        format!(
            "there is no {} in this folder, with or without .gz",
            names.join(" or ")
        )
    } else {
        "there is no such folder".to_owned()
    };
    Error {
        path: folder.to_owned(),
        problem,
    }
}

/// The body of an IDX file of bytes, checked to be all there and nothing more: images with three dimensions, the
/// last two of them 28, or labels with one.
fn read_idx(path: &Path, what: &str, dimensions: usize) -> Result<Vec<u8>, Error> {
    let error = |problem| Error {
        path: path.to_owned(),
        problem,
    };
    let failed = |cause: io::Error| {
        error(match cause.kind() {
            io::ErrorKind::UnexpectedEof => "is cut short".to_owned(),
            _ => format!("cannot be read: {cause}"),
        })
    };
    let mut reader = open(path).map_err(failed)?;
    let mut number = || {
        let mut bytes = [0; 4];
        reader
            .read_exact(&mut bytes)
            .map(|()| u32::from_be_bytes(bytes))
            .map_err(failed)
    };

    // The magic number is two zeros, the type (8: unsigned bytes) and the number of dimensions.
    let expected = 0x0800 + dimensions as u32;
    let magic = number()?;
    if magic != expected {
        return Err(error(format!(
            "is not an IDX file of {what}: it starts with {magic:08x}, not {expected:08x}"
        )));
    }
    let count = number()?;
    if count == 0 {
        return Err(error(format!("has no {what} in it")));
    }
    let mut length = u64::from(count);
    if dimensions == 3 {
        let (rows, columns) = (number()?, number()?);
        if (rows, columns) != (28, 28) {
            return Err(error(format!(
                "has images of {rows} × {columns} pixels, where 28 × 28 are needed"
            )));
        }
        length *= 784;
    }

    // One byte more than there should be is asked for, to see whether the file ends where it says.
    let mut bytes = Vec::new();
    reader
        .take(length + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    match bytes.len() as u64 {
        found if found < length => Err(error(format!(
            "is cut short: it has {found} of {length} bytes of {what}"
        ))),
        found if found > length => Err(error(format!(
            "goes on after the {length} bytes of {what} that it announces"
        ))),
        _ => Ok(bytes),
    }
}

/// A reader of the file's content. The name does not tell whether it is gzipped (browsers unpack silently and keep
/// the `.gz`), but the first two bytes do.
fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::new(File::open(path)?);
    let gzipped = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if gzipped {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    })
}
