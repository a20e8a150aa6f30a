//! Structs of parameters in files of the format [safetensors](https://huggingface.co/docs/safetensors), which Python and others read
//! and write too.
//!
//! Every number and array of a struct is a tensor, `const` ones too, by the name that a formula has behind the struct: `first.w`,
//! `blocks[0].b`. A number is a tensor of no axes. Labels are no numbers, and are not kept. Invariant: a struct is filled from a
//! file wholly or not at all, and no file, whatever is in it, makes this panic.
//!
//! ```
//! use graph_runtime::{graph, safetensors};
//!
//! graph! {
//!     struct Layer[d, h] { w: [d, h], b: [h] }
//!     struct Net { first: Layer[3, 2], second: Layer[2, 1], scale }
//!     fn score(net: Net, const x: [3]) -> y: [1] {
//!         y = net.scale*affine(tanh(affine(x, net.first.w, net.first.b)), net.second.w, net.second.b);
//!     }
//! }
//!
//! let net = Net::<f32>::zeros().map(|_| 0.5);
//! let mut file = Vec::new();
//! safetensors::write(&net, &mut file)?;
//!
//! let mut same = Net::<f32>::zeros();
//! safetensors::read(&mut same, file.as_slice())?;
//! assert_eq!(same, net);
//!
//! let error = safetensors::read(&mut same.first, file.as_slice()).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "the file is of another struct: `w`, `b` are missing in the file; `first.b`, `first.w`, `scale`, `second.b`, `second.w` are \
//!      in the file only"
//! );
//! # use graph_runtime::Record;
//! # Ok::<(), safetensors::Error>(())
//! ```
//!
//! # Widths
//!
//! A struct of `f32` is written as `F32`, one of `f64` as `F64`. Either is read into either: to `f64` exactly, to `f32` to the nearest
//! number, where one that is finite and too large for an `f32` is an error. Other types of numbers are an error.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path as FilePath, PathBuf};
use std::{error, fmt, fs};

use safetensors::tensor::{Dtype, Metadata, TensorInfo, TensorView};

use crate::record::{Leaf, LeafMut, Path, Record};
use crate::{Constant, Number};

/// Keeps a struct in a file. One that is there already is replaced once the new one is whole.
///
/// # Errors
/// Where the file cannot be written.
pub fn save<T: Number>(record: &impl Record<T>, path: impl AsRef<FilePath>) -> Result<(), Error> {
    let path = path.as_ref();
    let mut partial = OsString::from(path);
    partial.push(".partial");
    let written = to_bytes(record).and_then(|bytes| {
        write_to_disk(&partial, &bytes)
            .and_then(|()| fs::rename(&partial, path))
            .map_err(Problem::Write)
    });
    written.map_err(|problem| {
        // Nothing more can be done about what is left of it.
        let _ = fs::remove_file(&partial);
        problem.of_file(path)
    })
}

/// Where it is still after the power has gone.
fn write_to_disk(path: impl AsRef<FilePath>, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a struct as the bytes of a file.
///
/// # Errors
/// Where the writer fails.
pub fn write<T: Number>(record: &impl Record<T>, mut to: impl Write) -> Result<(), Error> {
    let bytes = to_bytes(record)?;
    to.write_all(&bytes).map_err(Problem::Write)?;
    Ok(())
}

/// Fills a struct from a file, which has to hold the same names with the same extents, and no others.
///
/// # Errors
/// Where the file cannot be read, is no whole file of this format, or is of another struct. The struct is then as before.
pub fn load<T: Number>(
    record: &mut impl Record<T>,
    path: impl AsRef<FilePath>,
) -> Result<(), Error> {
    let path = path.as_ref();
    let bytes = fs::read(path).map_err(Problem::Read);
    bytes
        .and_then(|bytes| fill(record, &bytes))
        .map_err(|problem| problem.of_file(path))
}

/// Fills a struct from the bytes of a file, up to the reader's end.
///
/// # Errors
/// As [`load`].
pub fn read<T: Number>(record: &mut impl Record<T>, mut from: impl Read) -> Result<(), Error> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).map_err(Problem::Read)?;
    Ok(fill(record, &bytes)?)
}

/// Why a struct could not be kept, or not be filled: [`Display`](fmt::Display) says it in a sentence.
#[derive(Debug)]
pub struct Error {
    /// The file, where there is one.
    pub path: Option<PathBuf>,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Problem {
    /// It cannot be read.
    Read(io::Error),
    /// It cannot be written.
    Write(io::Error),
    /// It is no whole file of this format: why.
    Broken(String),
    /// It is whole, and does not fit the struct: all that differs.
    Misfits(Vec<Misfit>),
}

/// How the tensor of a name differs between a file and a struct.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Misfit {
    /// It is in the struct only.
    Missing(String),
    /// It is in the file only.
    Unknown(String),
    /// Its extents differ.
    Shape {
        /// Its name.
        name: String,
        /// Its extents in the struct.
        expected: Vec<usize>,
        /// Its extents in the file.
        found: Vec<usize>,
    },
    /// Its numbers are neither `F32` nor `F64` in the file.
    Type {
        /// Its name.
        name: String,
        /// What they are there.
        found: String,
    },
    /// A number of it is finite, but not as an `f32`.
    TooLarge {
        /// Its name.
        name: String,
        /// The number.
        number: f64,
    },
}

impl Problem {
    fn of_file(self, path: &FilePath) -> Error {
        Error {
            path: Some(path.to_owned()),
            problem: self,
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Error {
        Error {
            path: None,
            problem,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{} ", path.display())?,
            None => f.write_str("the file ")?,
        }
        match &self.problem {
            Problem::Read(cause) => write!(f, "cannot be read: {cause}"),
            Problem::Write(cause) => write!(f, "cannot be written: {cause}"),
            Problem::Broken(cause) => write!(f, "is no whole safetensors file: {cause}"),
            Problem::Misfits(misfits) => {
                let of = |name: fn(&Misfit) -> Option<&String>| misfits.iter().filter_map(name);
                let missing = of(|misfit| match misfit {
                    Misfit::Missing(name) => Some(name),
                    _ => None,
                });
                let unknown = of(|misfit| match misfit {
                    Misfit::Unknown(name) => Some(name),
                    _ => None,
                });
                let others = misfits.iter().filter_map(Misfit::alone);
                let all = listed(missing, "missing in the file")
                    .into_iter()
                    .chain(listed(unknown, "in the file only"))
                    .chain(others);
                let all: Vec<String> = all.collect();
                write!(f, "is of another struct: {}", all.join("; "))
            }
        }
    }
}

/// `a`, `b` are here.
fn listed<'n>(names: impl Iterator<Item = &'n String>, here: &str) -> Option<String> {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let is = if names.len() == 1 { "is" } else { "are" };
    (!names.is_empty()).then(|| format!("{} {is} {here}", names.join(", ")))
}

impl Misfit {
    /// What is said of this tensor by itself.
    fn alone(&self) -> Option<String> {
        match self {
            Misfit::Missing(_) | Misfit::Unknown(_) => None,
            Misfit::Shape {
                name,
                expected,
                found,
            } => Some(format!(
                "`{name}` has the shape {expected:?}, and {found:?} in the file"
            )),
            Misfit::Type { name, found } => Some(format!(
                "`{name}` is of the type {found} in the file, where F32 or F64 can be read"
            )),
            Misfit::TooLarge { name, number } => {
                Some(format!("`{name}` holds {number:e}, too large for an `f32`"))
            }
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.problem {
            Problem::Read(cause) | Problem::Write(cause) => Some(cause),
            Problem::Broken(_) | Problem::Misfits(_) => None,
        }
    }
}

fn to_bytes<T: Number>(record: &impl Record<T>) -> Result<Vec<u8>, Problem> {
    let dtype = if T::IS_SINGLE { Dtype::F32 } else { Dtype::F64 };
    let packed = record.iter().map(|leaf| {
        let mut bytes = Vec::new();
        for entry in leaf.entries.iter() {
            let entry = Constant::to_f64(*entry);
            if T::IS_SINGLE {
                bytes.extend((entry as f32).to_le_bytes());
            } else {
                bytes.extend(entry.to_le_bytes());
            }
        }
        (leaf.name, leaf.shape, bytes)
    });
    let packed: Vec<_> = packed.collect();
    let views = packed.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(dtype, shape.clone(), bytes);
        view.map(|view| (name.as_str(), view))
    });
    let views = views.collect::<Result<Vec<_>, _>>();
    views
        .and_then(|views| safetensors::serialize(views, None))
        .map_err(|cause| Problem::Write(io::Error::other(cause.to_string())))
}

fn fill<T: Number>(record: &mut impl Record<T>, bytes: &[u8]) -> Result<(), Problem> {
    let file = File::of(bytes).map_err(Problem::Broken)?;
    let (mut all, mut misfits) = (Vec::new(), Vec::new());
    let mut unknown = BTreeSet::from_iter(file.header.offset_keys());
    record.each(&Path::ROOT, &mut |leaf: Leaf<'_, '_, T>| {
        let name = leaf.path.to_string();
        unknown.remove(&name);
        match file.entries(name, leaf.shape) {
            Ok(entries) => all.push(entries),
            Err(misfit) => misfits.push(misfit),
        }
    });
    misfits.extend(unknown.into_iter().map(Misfit::Unknown));
    if !misfits.is_empty() {
        return Err(Problem::Misfits(misfits));
    }
    let mut all = all.into_iter().flatten();
    record.each_mut(&Path::ROOT, &mut |leaf: LeafMut<'_, '_, T>| {
        let entries = leaf.entries.iter_mut().zip(&mut all);
        entries.for_each(|(own, entry)| *own = entry);
    });
    Ok(())
}

/// A whole file: every tensor of the header is in the data, which holds nothing else.
struct File<'b> {
    header: Metadata,
    data: &'b [u8],
}

impl<'b> File<'b> {
    /// What `SafeTensors::deserialize` does, but for a sum of sizes that overflows there where sums are checked.
    fn of(bytes: &'b [u8]) -> Result<File<'b>, String> {
        let Some((length, rest)) = bytes.split_first_chunk() else {
            return Err(format!(
                "it has {} bytes, and its header begins after 8",
                bytes.len()
            ));
        };
        let length = u64::from_le_bytes(*length);
        let header = usize::try_from(length).ok();
        let Some((header, data)) = header.and_then(|length| rest.split_at_checked(length)) else {
            return Err(format!(
                "a header of {length} bytes is announced, and {} follow",
                rest.len()
            ));
        };
        let header: Metadata =
            serde_json::from_slice(header).map_err(|cause| format!("its header: {cause}"))?;
        if header.data_len() != data.len() {
            return Err(format!(
                "{} bytes of numbers are announced, and {} follow",
                header.data_len(),
                data.len()
            ));
        }
        Ok(File { header, data })
    }

    /// The entries of a tensor of this shape.
    fn entries<T: Number>(&self, name: String, shape: &[usize]) -> Result<Vec<T>, Misfit> {
        let Some(info) = self.header.info(&name) else {
            return Err(Misfit::Missing(name));
        };
        if info.shape != shape {
            return Err(Misfit::Shape {
                name,
                expected: shape.to_vec(),
                found: info.shape.clone(),
            });
        }
        let numbers = match info.dtype {
            Dtype::F32 => self.chunks(info, |bytes| f32::from_le_bytes(bytes).into()),
            Dtype::F64 => self.chunks(info, f64::from_le_bytes),
            other => {
                let found = format!("{other:?}");
                return Err(Misfit::Type { name, found });
            }
        };
        let entries = numbers.into_iter().map(|number| match T::of(number) {
            entry if Number::is_finite(entry) || !number.is_finite() => Ok(entry),
            _ => Err(number),
        });
        entries
            .collect::<Result<_, _>>()
            .map_err(|number| Misfit::TooLarge { name, number })
    }

    /// What so many bytes each stand for. The header was found to lie within the data when it was read.
    fn chunks<const N: usize>(&self, info: &TensorInfo, of: fn([u8; N]) -> f64) -> Vec<f64> {
        let (start, end) = info.data_offsets;
        let bytes = self.data.get(start..end).unwrap_or_default();
        let (chunks, _) = bytes.as_chunks();
        chunks.iter().map(|chunk| of(*chunk)).collect()
    }
}
