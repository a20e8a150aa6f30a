//! The reader of the `two_layer` example: what it takes, and that it says what is wrong with everything else.
//! The files are made here, byte by byte, so that each lacks exactly one thing.

use std::{fs, io::Write, path::Path};

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

#[path = "../../examples/two_layer/data.rs"]
mod data;

/// An IDX file of bytes: the magic number, the sizes, the body.
fn idx(sizes: &[u32], body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(body);
    bytes
}

/// Images of which number `i` has the shade 51 i everywhere.
fn images(count: u8) -> Vec<u8> {
    let body: Vec<u8> = (0..count).flat_map(|image| [51 * image; 784]).collect();
    idx(&[count.into(), 28, 28], &body)
}

fn labels(labels: &[u8]) -> Vec<u8> {
    idx(&[labels.len() as u32], labels)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A folder with three digits to train with and two to test with.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: Vec<u8>| fs::write(folder.path().join(name), bytes).unwrap();
    write("train-images-idx3-ubyte", images(3));
    write("train-labels-idx1-ubyte", labels(&[7, 0, 9]));
    write("t10k-images-idx3-ubyte", images(2));
    write("t10k-labels-idx1-ubyte", labels(&[1, 2]));
    folder
}

/// The message for a good folder after one file has been replaced, which must be about that file.
fn message(file: &str, bytes: &[u8]) -> String {
    let folder = folder();
    let path = folder.path().join(file);
    fs::write(&path, bytes).unwrap();
    let message = failure(folder.path());
    let problem = message.strip_prefix(&format!("{}: ", path.display()));
    problem
        .unwrap_or_else(|| panic!("the wrong file is blamed: {message}"))
        .to_owned()
}

fn failure(folder: &Path) -> String {
    let error = data::read(folder)
        .err()
        .expect("the reader must refuse this");
    error.to_string()
}

fn assert_good(folder: &Path) {
    let (training, test) = data::read(folder).unwrap();
    assert_eq!((training.len(), training.images.dim()), (3, (3, 784)));
    assert_eq!((test.len(), test.images.dim()), (2, (2, 784)));
    assert_eq!(training.labels, [7, 0, 9]);
    assert_eq!(test.labels, [1, 2]);
    assert!(training.images.row(2).iter().all(|&pixel| pixel == 0.4));

    let picked = training.select(&[2, 0, 2]);
    assert_eq!(picked.labels, [9, 7, 9]);
    assert_eq!(picked.images.column(5).to_vec(), [0.4, 0.0, 0.4]);
}

#[test]
fn the_projects_own_digits() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data");
    let (training, test) = data::read(&folder).unwrap();
    assert_eq!((training.len(), test.len()), (8000, 2000));
    for digits in [&training, &test] {
        assert!(
            digits
                .images
                .iter()
                .all(|pixel| (0.0..=1.0).contains(pixel))
        );
        assert!((0..10).all(|digit| digits.labels.contains(&digit)));
    }
}

#[test]
fn plain_files() {
    assert_good(folder().path());
}

#[test]
fn the_names_in_circulation() {
    for (set, images, labels) in [
        ("t10k", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
        ("t10k", "test-images-idx3-ubyte", "test-labels-idx1-ubyte"),
        ("t10k", "test-images.idx3-ubyte", "test-labels-idx1-ubyte"),
        (
            "train",
            "train-images.idx3-ubyte",
            "train-labels.idx1-ubyte",
        ),
    ] {
        let folder = folder();
        let rename = |from: String, to: &str| {
            fs::rename(folder.path().join(from), folder.path().join(to)).unwrap();
        };
        rename(format!("{set}-images-idx3-ubyte"), images);
        rename(format!("{set}-labels-idx1-ubyte"), labels);
        assert_good(folder.path());
    }
}

#[test]
fn gzipped_files_under_either_name() {
    for suffix in [".gz", ""] {
        let folder = folder();
        for file in [
            "train-images-idx3-ubyte",
            "train-labels-idx1-ubyte",
            "t10k-images-idx3-ubyte",
        ] {
            let path = folder.path().join(file);
            let zipped = gzip(&fs::read(&path).unwrap());
            fs::remove_file(&path).unwrap();
            fs::write(folder.path().join(format!("{file}{suffix}")), zipped).unwrap();
        }
        assert_good(folder.path());
    }
}

#[test]
fn unpacked_files_that_kept_their_gz() {
    let folder = folder();
    let path = folder.path().join("train-images-idx3-ubyte");
    fs::rename(&path, path.with_extension("gz")).unwrap();
    assert_good(folder.path());
}

#[test]
fn missing() {
    let folder = folder();
    let nowhere = folder.path().join("nowhere");
    assert_eq!(
        failure(&nowhere),
        format!("{}: there is no such folder", nowhere.display())
    );

    for file in ["train-labels-idx1-ubyte", "train-images-idx3-ubyte"] {
        fs::remove_file(folder.path().join(file)).unwrap();
        let path = folder.path().display();
        assert_eq!(
            failure(folder.path()),
            format!("{path}: there is no {file} in this folder, with or without .gz")
        );
    }
}

#[test]
fn missing_test_set() {
    let folder = folder();
    fs::remove_file(folder.path().join("t10k-images-idx3-ubyte")).unwrap();
    let message = failure(folder.path());
    assert!(
        message.contains("there is no t10k-images-idx3-ubyte or test-images-idx3-ubyte in"),
        "{message}"
    );
}

#[test]
fn cut_short() {
    const IMAGES: &str = "train-images-idx3-ubyte";
    let whole = images(3);
    assert_eq!(
        message(IMAGES, &whole[..2000]),
        "is cut short: it has 1984 of 2352 bytes of images"
    );
    // In the header, between the header and the body, and in nothing.
    for length in [0, 3, 4, 15] {
        assert_eq!(message(IMAGES, &whole[..length]), "is cut short");
    }
    assert_eq!(
        message(IMAGES, &whole[..16]),
        "is cut short: it has 0 of 2352 bytes of images"
    );
    assert_eq!(
        message("t10k-labels-idx1-ubyte", &labels(&[1, 2])[..9]),
        "is cut short: it has 1 of 2 bytes of labels"
    );
    let zipped = gzip(&whole);
    for length in [2, 5, zipped.len() / 2, zipped.len() - 1] {
        assert_eq!(message(IMAGES, &zipped[..length]), "is cut short");
    }
    // A header that promises four thousand million images must not make the reader reserve the memory.
    assert_eq!(
        message(IMAGES, &idx(&[u32::MAX, 28, 28], &[0; 10])),
        "is cut short: it has 10 of 3367254359280 bytes of images"
    );
}

#[test]
fn damaged() {
    let mut zipped = gzip(&images(3));
    let checksum = zipped.len() - 8;
    zipped[checksum] ^= 1;
    let message = message("train-images-idx3-ubyte", &zipped);
    assert!(message.starts_with("cannot be read: "), "{message}");
}

#[test]
fn too_long() {
    let mut bytes = labels(&[7, 0, 9]);
    bytes.push(0);
    assert_eq!(
        message("train-labels-idx1-ubyte", &bytes),
        "goes on after the 3 bytes of labels that it announces"
    );
}

#[test]
fn foreign() {
    const IMAGES: &str = "train-images-idx3-ubyte";
    for (bytes, start) in [
        (b"\x89PNG\r\n\x1a\n".to_vec(), "89504e47"),
        (b"<!DOCTYPE html>".to_vec(), "3c21444f"),
        (labels(&[7, 0, 9]), "00000801"),
        (gzip(&labels(&[7, 0, 9])), "00000801"),
    ] {
        assert_eq!(
            message(IMAGES, &bytes),
            format!("is not an IDX file of images: it starts with {start}, not 00000803")
        );
    }
    assert_eq!(
        message("t10k-labels-idx1-ubyte", &images(2)),
        "is not an IDX file of labels: it starts with 00000803, not 00000801"
    );
}

#[test]
fn of_another_size() {
    assert_eq!(
        message("t10k-images-idx3-ubyte", &idx(&[2, 32, 32], &[0; 2048])),
        "has images of 32 × 32 pixels, where 28 × 28 are needed"
    );
    assert_eq!(
        message("t10k-images-idx3-ubyte", &idx(&[1, 28, 56], &[0; 1568])),
        "has images of 28 × 56 pixels, where 28 × 28 are needed"
    );
    assert_eq!(
        message("t10k-images-idx3-ubyte", &images(0)),
        "has no images in it"
    );
}

#[test]
fn wrong_labels() {
    let few = message("train-labels-idx1-ubyte", &labels(&[7, 0]));
    assert!(few.starts_with("has 2 labels, but "), "{few}");
    assert!(
        few.ends_with("train-images-idx3-ubyte has 3 images"),
        "{few}"
    );
    assert_eq!(
        message("train-labels-idx1-ubyte", &labels(&[7, 10, 9])),
        "label 10 of image 1 is not a digit from 0 to 9"
    );
}

#[test]
fn a_folder_in_place_of_a_file() {
    let folder = folder();
    let path = folder.path().join("t10k-labels-idx1-ubyte");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let message = failure(folder.path());
    assert!(
        message.contains("there is no t10k-labels-idx1-ubyte in"),
        "{message}"
    );
}
