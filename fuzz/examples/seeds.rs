//! Writes small valid inputs into `fuzz/corpus/TARGET`, for the fuzzer to start from, and copies `fuzz/seeds` there.

use std::fs;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::Path;

use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use tenfold_dataset::{Dataset, Images, gzip, idx};
use tenfold_formats::{Format, Provenance, SavedModel, onnx, write};
use tenfold_imaging::Preparation;
use tenfold_network::{Architecture, Engine, Layer, Model, Optimizer, PRESETS, Padding, PoolKind, Preset, quantize};
use tenfold_training::{Recipe, Run};

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (target, seeds) in [
        ("checkpoint", [checkpoints(), files_of(root, "checkpoints", ".safetensors")].concat()),
        ("idx", idx_files()),
        ("csv", vec![b"label,a,b,c,d\n5,0,255,1,20\n\"x\";0;1;2;3".to_vec(), b"a\t0\nb\t9".to_vec()]),
        ("data_npz", files_of(root, "dataset/tables", ".npz")),
        ("parquet", files_of(root, "dataset/tables", ".parquet")),
        ("gzip", gzip_files()),
        ("picture", [pictures(), files_of(root, "pictures", "")].concat()),
        ("picture_large", [pictures(), files_of(root, "pictures", "")].concat()),
        ("reading", [pages(), pictures()].concat()),
        ("recipe", recipes()),
        ("template", files_of(root, "../docs/forms", ".toml")),
        ("safetensors", [models(Format::Safetensors), models(Format::StateDict)].concat()),
        ("keras_archive", [models(Format::Keras), files_of(root, "models", ".keras")].concat()),
        ("keras_hdf5", [models(Format::KerasHdf5), files_of(root, "models", ".h5")].concat()),
        ("npz", [models(Format::Npz), files_of(root, "models", ".npz")].concat()),
        ("onnx", [models(Format::Onnx(onnx::Output::Logits)), files_of(root, "models", ".onnx")].concat()),
    ] {
        let folder = root.join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        for (index, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{index:02}")), seed)?;
        }
        // All that reads pictures starts from the same hand-picked files.
        let is_of_pictures = ["picture_large", "reading"].contains(&target);
        let picked = root.join("seeds").join(if is_of_pictures { "picture" } else { target });
        for entry in picked.read_dir().into_iter().flatten() {
            let entry = entry?;
            fs::copy(entry.path(), folder.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// The files of a folder of `testdata` whose names end so: checkpoints of earlier versions, models of other programs.
fn files_of(root: &Path, folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let folder = root.join("../testdata").join(folder).read_dir().expect("the repository's test data");
    let paths = folder.map(|entry| entry.expect("a file").path());
    let mut paths: Vec<_> = paths.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a readable file")).collect()
}

fn checkpoints() -> Vec<Vec<u8>> {
    let images = Images { pixels: (0..36).collect::<Vec<_>>().into(), height: 3, width: 3 };
    let dataset = Dataset::new(images, vec![0, 1, 1, 0], 2).expect("four images and four labels");
    let layers = vec![Layer::Flatten, Layer::dense(2)];
    let architecture = Architecture { input: [3, 3, 1].into(), layers };
    let recipe = Recipe { batch: 2, validation: 0.25, architecture, ..Recipe::paper() };
    let mut run = Run::new(recipe, dataset, Engine::single()).expect("a sound recipe");
    let checkpoint = |run: &Run| run.checkpoint().to_bytes().expect("a checkpoint");
    let mut seeds = vec![checkpoint(&run)];
    run.train(&mut |run, _| {
        seeds.push(checkpoint(run));
        if seeds.len() < 8 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
    .expect("a run that does not diverge");
    seeds
}

fn idx_files() -> Vec<Vec<u8>> {
    let images = Images { pixels: (0..24).collect::<Vec<_>>().into(), height: 4, width: 3 };
    let dataset = Dataset::new(images, vec![3, 9], 10).expect("two images and two labels");
    // No images and no labels are files too, though no data set.
    let empty = [&idx::IMAGES_MAGIC.to_be_bytes()[..], &[0; 4], &[0, 0, 0, 28], &[0, 0, 0, 28]].concat();
    vec![idx::write_images(&dataset), idx::write_labels(&dataset), empty]
}

fn gzip_files() -> Vec<Vec<u8>> {
    let stored: Vec<u8> = (0..200u32).map(|n| ((n * n * 7919) >> 5) as u8).collect();
    let mut named = gzip::compress(b"a file with a name");
    named[3] |= 8; // the flag of a name, which follows the ten bytes of header and ends with a zero
    named.splice(10..10, *b"name\0");
    let joined = [gzip::compress(b"ab"), gzip::compress(b"cd")].concat();
    vec![gzip::compress(b""), gzip::compress(&[7; 3_000]), gzip::compress(&stored), named, joined, b"plain".to_vec()]
}

fn pictures() -> Vec<Vec<u8>> {
    // A dark stroke on paper that is not quite even.
    let stroke = |x: u32, y: u32| Luma([if (9..12).contains(&x) && (5..20).contains(&y) { 30 } else { 225 + x as u8 }]);
    let grey = DynamicImage::ImageLuma8(GrayImage::from_fn(24, 25, stroke));
    let mut seeds = Vec::new();
    let (transparent, colours) = (DynamicImage::from(grey.to_rgba8()), DynamicImage::from(grey.to_rgb8()));
    let png = [grey.clone(), grey.to_luma_alpha8().into(), grey.to_rgb16().into(), transparent.clone()];
    for (pictures, format) in [
        (&png[..], ImageFormat::Png),
        (&png[..], ImageFormat::Pnm),
        (&[grey.clone(), colours.clone()], ImageFormat::Jpeg),
        (&[grey.clone(), colours.clone(), transparent.clone()], ImageFormat::WebP),
        (&[grey.clone(), colours.clone(), transparent.clone()], ImageFormat::Bmp),
        (&[colours, transparent], ImageFormat::Gif),
    ] {
        for picture in pictures {
            let mut bytes = Cursor::new(Vec::new());
            picture.write_to(&mut bytes, format).expect("a small picture can be encoded");
            seeds.push(bytes.into_inner());
        }
    }
    seeds.push(palette_png());
    seeds.extend([&b"P1 3 2 101010"[..], b"P2 3 1 15 0 5 15", b"P3 1 1 255 9 9 9", b"P4 3 2\n\xa0\x40"].map(Vec::from));
    seeds
}

/// Pages of some digits: alone, in two lines, touching, broken, and between rules.
fn pages() -> Vec<Vec<u8>> {
    let near = |a: f32, b: f32| (a - b).abs() < 1.5;
    let bar = |x: f32, y: f32, left: f32, top: f32| near(x, left) && (top..top + 16.0).contains(&y);
    let ring = |x: f32, y: f32, left: f32, top: f32| near((x - left).hypot(y - top - 8.0), 8.0);
    let is_ink: [&dyn Fn(f32, f32) -> bool; 5] = [
        &|x, y| bar(x, y, 20.0, 10.0),
        &|x, y| bar(x, y, 12.0, 8.0) || ring(x, y, 32.0, 8.0) || ring(x, y, 20.0, 36.0) || bar(x, y, 60.0, 36.0),
        &|x, y| ring(x, y, 20.0, 20.0) || ring(x, y, 35.5, 20.0) || bar(x, y, 43.0, 20.0),
        &|x, y| (ring(x, y, 20.0, 10.0) && !near(y, 18.0)) || (bar(x, y, 40.0, 10.0) && !near(y, 17.0)),
        &|x, y| near(y, 5.0) || near(y, 40.0) || bar(x, y, 30.0, 14.0) || ring(x, y, 50.0, 32.0),
    ];
    let mut seeds = Vec::new();
    for (is_ink, format) in is_ink.iter().flat_map(|is_ink| [(is_ink, ImageFormat::Pnm), (is_ink, ImageFormat::Bmp)]) {
        let page = GrayImage::from_fn(72, 60, |x, y| Luma([if is_ink(x as f32, y as f32) { 20 } else { 230 }]));
        let mut bytes = Cursor::new(Vec::new());
        page.write_to(&mut bytes, format).expect("a small picture can be encoded");
        seeds.push(bytes.into_inner());
    }
    seeds
}

/// Two bits a pixel, with a colour that is transparent.
fn palette_png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 8, 8);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Two);
    encoder.set_palette(vec![255, 255, 255, 200, 0, 0, 0, 0, 0]);
    encoder.set_trns(vec![0, 255, 255]);
    let mut writer = encoder.write_header().expect("a valid header");
    writer.write_image_data(&[0, 0, 0x24, 0x18, 0x24, 0x18, 0x24, 0x18, 0, 0, 1, 0x40, 0, 0, 0, 0]).expect("8x8");
    writer.finish().expect("a whole picture");
    bytes
}

fn recipes() -> Vec<Vec<u8>> {
    let optimizers = [
        Optimizer::PAPER,
        Optimizer::Adam { learning_rate: 0.001 },
        Optimizer::AdamW { learning_rate: 0.001, weight_decay: 0.01 },
    ];
    let networks = PRESETS.iter().map(Preset::architecture).chain([small(), tiny()]);
    networks
        .zip(optimizers.into_iter().cycle())
        .map(|(architecture, optimizer)| Recipe { architecture, optimizer, ..Recipe::paper() })
        .map(|recipe| toml::to_string(&recipe).expect("a recipe can be written").into_bytes())
        .collect()
}

/// Small models in a format, those that it can hold.
fn models(format: Format) -> Vec<Vec<u8>> {
    let models = [small(), tiny()].map(|architecture| {
        // Zeros: no byte of a value then looks like the end of the header.
        let values = vec![0.0; architecture.outline().expect("valid").parameters];
        Model::with_values(architecture, values).expect("as many values as parameters")
    });
    let on_bytes = models.each_ref().map(|model| {
        let image = vec![0; model.architecture().input.len()];
        quantize(model, &image, Engine::single()).expect("a model that can be quantised")
    });
    let file = |model: Model| {
        let (side, classes) = (model.architecture().input.height as u32, model.outline().classes);
        let saved = SavedModel {
            preparation: Preparation::default().with_canvas(side, side.min(20)).expect("a canvas of this side"),
            labels: (0..classes).map(|class| class.to_string()).collect(),
            min_confidence: 0.0,
            thresholds: Vec::new(),
            provenance: Provenance::default(),
            model,
        };
        write(&saved, format).ok()
    };
    models.into_iter().chain(on_bytes).filter_map(file).collect()
}

/// Every kind of layer, few parameters.
fn small() -> Architecture {
    let layers = vec![
        Layer::Conv2d { filters: 2, kernel: [3, 3], stride: [2, 2], padding: Padding::Same, bias: false, groups: 1 },
        Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 },
        Layer::Relu,
        Layer::Pool { kind: PoolKind::Average, size: [2, 2], stride: [2, 2], padding: Padding::Valid },
        Layer::Flatten,
        Layer::Dropout { rate: 0.25 },
        Layer::dense(2),
    ];
    Architecture { input: [8, 8, 1].into(), layers }
}

/// One pixel, two classes.
fn tiny() -> Architecture {
    Architecture { input: [1, 1, 1].into(), layers: vec![Layer::Dense { units: 2, bias: false }] }
}
