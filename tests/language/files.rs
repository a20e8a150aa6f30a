//! Structs of parameters in files of the format safetensors: whatever is in a file, a struct is filled wholly or not at all.

use std::io;
use std::process::Command;

use graph_runtime::safetensors::{Misfit, Problem, load, read, save, write};
use graph_runtime::{Number, Record, graph};
use ndarray::{Array2, array};
use safetensors::tensor::{Dtype, TensorView};

graph! {
    struct Layer[d, h] { w: [d, h], b: [h] }
    struct Point { at: [2], mass }
    pub struct Net { blocks: Layer[2, 3][2], last: Layer[3, 1], points: Point[2], const scale, chosen: index[3], gain }

    fn value(net: Net, const x: [2]) -> y {
        y = net.scale*net.gain*sum(affine(x, net.blocks[0].w, net.blocks[0].b) + net.blocks[1].b[net.chosen])*sum(net.last.w)
            + net.points[1].mass*sum(net.points[0].at);
    }
}

fn net<T: Number + graph_runtime::Element>() -> Net<T> {
    let mut entries = (0..).map(|k| T::of(f64::from((37 * k + 11) % 101) / 101.0 - 0.5));
    let mut net = Net::zeros().map(|_| entries.next().unwrap());
    net.scale = T::of(0.3);
    net.gain = T::of(-1e-30);
    net.chosen = vec![2, 0, 1];
    net
}

fn bytes<T: Number>(record: &impl Record<T>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(record, &mut bytes).unwrap();
    bytes
}

/// A file of tensors that are given as their bytes.
fn file(tensors: &[(&str, Dtype, &[usize], Vec<u8>)]) -> Vec<u8> {
    let views = tensors.iter().map(|(name, dtype, shape, bytes)| {
        (
            *name,
            TensorView::new(*dtype, shape.to_vec(), bytes).unwrap(),
        )
    });
    safetensors::serialize(views, None).unwrap()
}

fn singles(numbers: &[f32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

fn doubles(numbers: &[f64]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

const NAMES: [&str; 12] = [
    "blocks[0].b",
    "blocks[0].w",
    "blocks[1].b",
    "blocks[1].w",
    "gain",
    "last.b",
    "last.w",
    "points[0].at",
    "points[0].mass",
    "points[1].at",
    "points[1].mass",
    "scale",
];

#[test]
fn there_and_back() {
    fn of<T: Number + graph_runtime::Element>(dtype: Dtype) {
        let bytes = bytes(&net::<T>());
        let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let mut names = tensors.names();
        names.sort_unstable();
        assert_eq!(names, NAMES);
        let of = |name| tensors.tensor(name).unwrap();
        assert_eq!(
            (of("blocks[1].w").shape(), of("blocks[1].w").dtype()),
            ([2, 3].as_slice(), dtype)
        );
        assert_eq!(of("scale").shape(), [0_usize; 0]);

        let mut other = Net::<T>::zeros();
        other.chosen = net::<T>().chosen; // labels are not kept
        read(&mut other, bytes.as_slice()).unwrap();
        assert_eq!(other, net());
    }
    of::<f32>(Dtype::F32);
    of::<f64>(Dtype::F64);
}

#[test]
fn files_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    save(&Net::<f64>::zeros(), &path).unwrap();
    save(&net::<f64>(), &path).unwrap(); // in place of the other
    let mut other = Net::zeros();
    other.chosen = net::<f64>().chosen;
    load(&mut other, &path).unwrap();
    assert_eq!(other, net::<f64>());
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
}

#[test]
fn what_the_disk_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none").join("net.safetensors");
    let (written, read) = (save(&net::<f64>(), &path), load(&mut net::<f64>(), &path));
    for (result, verb) in [(written, "written"), (read, "read")] {
        let error = result.unwrap_err();
        let start = format!("{} cannot be {verb}: ", path.display());
        assert!(error.to_string().starts_with(&start), "{error}");
        assert!(std::error::Error::source(&error).is_some());
    }
    save(&net::<f64>(), folder.path()).unwrap_err(); // a folder is no file, and nothing is left beside it
    let partial = format!("{}.partial", folder.path().display());
    assert!(!std::path::Path::new(&partial).exists());

    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let error = write(&net::<f64>(), Full).unwrap_err();
    assert!(
        matches!(error.problem, Problem::Write(cause) if cause.kind() == io::ErrorKind::StorageFull)
    );
}

/// An array in another layout is written row by row, and read into any layout.
#[test]
fn layouts() {
    let w = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let turned = Layer {
        w: Array2::from_shape_vec((3, 2), vec![1.0, 4.0, 2.0, 5.0, 3.0, 6.0])
            .unwrap()
            .reversed_axes(),
        b: array![0.0, 0.0, 1.0],
    };
    let file = bytes(&turned);
    assert_eq!(
        file,
        bytes(&Layer {
            w: w.clone(),
            b: array![0.0, 0.0, 1.0]
        })
    );
    let mut other = Layer {
        w: Array2::zeros((3, 2)).reversed_axes(),
        b: array![9.0, 9.0, 9.0],
    };
    read(&mut other, file.as_slice()).unwrap();
    assert_eq!(other, turned);
}

#[test]
fn either_width_into_either() {
    let (single, double) = (net::<f32>(), net::<f64>());
    let mut wide = Net::<f64>::zeros();
    read(&mut wide, bytes(&single).as_slice()).unwrap();
    assert_eq!(
        wide.to_vec(),
        single
            .to_vec()
            .into_iter()
            .map(f64::from)
            .collect::<Vec<_>>()
    );
    let mut narrow = Net::<f32>::zeros();
    read(&mut narrow, bytes(&double).as_slice()).unwrap();
    assert_eq!(
        narrow.to_vec(),
        double
            .to_vec()
            .into_iter()
            .map(|entry| entry as f32)
            .collect::<Vec<_>>()
    );
    assert_eq!(narrow.scale, 0.3_f32);

    let mut point = Point {
        at: [1.0_f32, 2.0],
        mass: 3.0,
    };
    let large = bytes(&Point {
        at: [f64::INFINITY, f64::NAN],
        mass: 1e39,
    });
    let error = read(&mut point, large.as_slice()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file is of another struct: `mass` holds 1e39, too large for an `f32`"
    );
    assert_eq!(
        point,
        Point {
            at: [1.0, 2.0],
            mass: 3.0
        }
    );
    let unbounded = bytes(&Point {
        at: [f64::NEG_INFINITY, f64::NAN],
        mass: 1e38,
    });
    read(&mut point, unbounded.as_slice()).unwrap();
    assert_eq!((point.at[0], point.mass), (f32::NEG_INFINITY, 1e38));
    assert!(point.at[1].is_nan());
}

#[test]
fn all_that_differs_is_said_at_once() {
    let other = file(&[
        ("last.w", Dtype::F64, &[1, 3], doubles(&[1.0, 2.0, 3.0])),
        ("last.b", Dtype::I32, &[1], vec![0; 4]),
        ("gain", Dtype::F32, &[1], singles(&[1.0])),
        ("scale", Dtype::F64, &[], doubles(&[1.0])),
        ("z", Dtype::BF16, &[2, 0], vec![]),
        ("bias", Dtype::F32, &[], singles(&[1.0])),
    ]);
    let mut own = net::<f64>();
    let error = read(&mut own, other.as_slice()).unwrap_err();
    assert_eq!(own, net());
    assert_eq!(
        error.to_string(),
        "the file is of another struct: `blocks[0].w`, `blocks[0].b`, `blocks[1].w`, `blocks[1].b`, `points[0].at`, \
         `points[0].mass`, `points[1].at`, `points[1].mass` are missing in the file; `bias`, `z` are in the file only; \
         `last.w` has the shape [3, 1], and [1, 3] in the file; `last.b` is of the type I32 in the file, where F32 or F64 \
         can be read; `gain` has the shape [], and [1] in the file"
    );
    let Problem::Misfits(misfits) = error.problem else {
        panic!("the file is whole");
    };
    assert!(misfits.contains(&Misfit::Unknown("z".to_owned())));
    assert_eq!(misfits.len(), 13);
}

/// What is said of a file that is not whole.
fn broken(bytes: &[u8]) -> String {
    let mut own = net::<f32>();
    let error = read(&mut own, bytes).unwrap_err();
    assert_eq!(own, net());
    match error.problem {
        Problem::Broken(why) => why,
        other => panic!("the file is not whole, and yet: {other:?}"),
    }
}

#[test]
fn a_file_cut_short_is_an_error_at_every_length() {
    let whole = bytes(&net::<f32>());
    for length in 0..whole.len() {
        broken(&whole[..length]);
    }
    assert_eq!(
        broken(&[1, 2]),
        "it has 2 bytes, and its header begins after 8"
    );
    assert_eq!(
        broken(&[255; 9]),
        "a header of 18446744073709551615 bytes is announced, and 1 follow"
    );
    let shorter = &whole[..whole.len() - 1];
    assert_eq!(
        broken(shorter),
        "120 bytes of numbers are announced, and 119 follow"
    );
    let longer = [whole.as_slice(), &[0]].concat();
    assert_eq!(
        broken(&longer),
        "120 bytes of numbers are announced, and 121 follow"
    );
}

/// Every bit of the header turned over, and every byte of it replaced by some that JSON takes for something: an error, or other
/// numbers, but no panic, and no struct half filled.
#[test]
fn a_file_with_wrong_bytes_never_panics() {
    let whole = bytes(&net::<f32>());
    let header = 8 + usize::try_from(u64::from_le_bytes(whole[..8].try_into().unwrap())).unwrap();
    let mut refused = 0;
    let turned = (0..8).map(|bit| move |byte: u8| byte ^ (1 << bit));
    let mut check = |at: usize, byte: u8| {
        let mut wrong = whole.clone();
        wrong[at] = byte;
        let mut own = net::<f32>().zeros_like();
        let zeros = own.clone();
        match read(&mut own, wrong.as_slice()) {
            Ok(()) => assert_ne!(own, zeros),
            Err(_) => {
                assert_eq!(own, zeros);
                refused += 1;
            }
        }
    };
    for (at, byte) in whole.iter().enumerate().take(header + 8) {
        turned.clone().for_each(|turn| check(at, turn(*byte)));
        b"\"0{}[],:9-e\\".iter().for_each(|other| check(at, *other));
    }
    assert!(refused > 10 * header);
}

/// Headers that are JSON and cannot be: offsets that overlap, run backwards, overflow, or fit no shape.
#[test]
fn impossible_headers_are_errors() {
    let with = |header: &str| {
        let length = (header.len() as u64).to_le_bytes();
        broken(&[&length, header.as_bytes(), &[0; 8]].concat())
    };
    for tensor in [
        r#"{"dtype":"F32","shape":[2],"data_offsets":[4,8]}"#,
        r#"{"dtype":"F32","shape":[2],"data_offsets":[8,0]}"#,
        r#"{"dtype":"F32","shape":[3],"data_offsets":[0,8]}"#,
        r#"{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}"#,
        r#"{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}"#,
        r#"{"dtype":"F33","shape":[2],"data_offsets":[0,8]}"#,
        r#"{"shape":[2],"data_offsets":[0,8]}"#,
        "3",
    ] {
        with(&format!(r#"{{"gain":{tensor}}}"#));
    }
    // Sizes that are those of their shapes, and together all that can be counted.
    let size = 1_u64 << 60;
    let tensors = (0..16).map(|k: u64| {
        let (shape, end) = if k < 15 {
            (size, size * (k + 1))
        } else {
            (size - 1, u64::MAX)
        };
        format!(
            r#""t{k}":{{"dtype":"U8","shape":[{shape}],"data_offsets":[{},{end}]}}"#,
            size * k
        )
    });
    let tensors: Vec<String> = tensors.collect();
    assert_eq!(
        with(&format!("{{{}}}", tensors.join(","))),
        "18446744073709551615 bytes of numbers are announced, and 8 follow"
    );
    with("[]");
    with("{");
}

/// A Python with the package `safetensors`, or a line that says that there is none.
fn python(script: &str, arguments: [&std::path::Path; 2]) -> bool {
    let has = Command::new("python3")
        .args(["-c", "import numpy, safetensors.numpy"])
        .output();
    if !has.is_ok_and(|has| has.status.success()) {
        println!("skipped: python3 with numpy and safetensors is not here");
        return false;
    }
    let output = Command::new("python3")
        .arg("-c")
        .arg(script)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    true
}

/// Python reads what is written here, doubles it and writes it, which is read here.
#[test]
fn python_reads_and_writes_the_same_files() {
    const SCRIPT: &str = r#"
import sys
import numpy
from safetensors.numpy import load_file, save_file

tensors = load_file(sys.argv[1])
assert tensors["blocks[1].w"].shape == (2, 3), tensors
assert tensors["scale"].shape == (), tensors
assert all(tensor.dtype == tensors["gain"].dtype for tensor in tensors.values())
save_file({name: numpy.array(2 * tensor) for name, tensor in tensors.items()}, sys.argv[2])
"#;
    fn of<T: Number + graph_runtime::Element>() {
        let folder = tempfile::tempdir().unwrap();
        let [there, back] = ["there", "back"].map(|name| folder.path().join(name));
        save(&net::<T>(), &there).unwrap();
        if python(SCRIPT, [&there, &back]) {
            let mut doubled = Net::<T>::zeros();
            load(&mut doubled, &back).unwrap();
            let two = T::of(2.0);
            assert_eq!(
                doubled.to_vec(),
                net::<T>().map(|entry| two * entry).to_vec()
            );
            assert_eq!(doubled.scale, two * T::of(0.3));
        }
    }
    of::<f32>();
    of::<f64>();
}
