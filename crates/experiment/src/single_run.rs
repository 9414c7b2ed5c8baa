//! One run from where it is to its end, with all the files it leaves. A single run, the folds of a cross-validation and the
//! trials of an exploration all are one of these.

use tenfold_network::Model;
use tenfold_training::{
    Ending, Engine, Event as RunEvent, Keep, ModelFile, Run, RunFile, RunFolder, Trained, calibrate_on,
};

use crate::environment::Environment;
use crate::error::Result;
use crate::event::{Event, Interruption, Observer, Outcome, Reached, Role, RunContext};
use crate::event_file::EventFile;
use crate::model_file::{Origin, model_file};

/// A run that is ready to train.
pub(crate) struct SingleRun<'a> {
    pub run: Run,
    pub engine: Engine,
    pub role: Role<'a>,
    /// Whether its models are calibrated on the images held out: not where these judge the model.
    pub is_calibrated: bool,
    /// What it leaves, if anything.
    pub files: Option<Files<'a>>,
}

/// The files of a run.
#[derive(Clone, Copy)]
pub(crate) struct Files<'a> {
    pub folder: &'a RunFolder,
    pub environment: &'a Environment,
    /// Where the images come from, if models are written.
    pub models: Option<Origin<'a>>,
}

/// A run that was trained to its end.
pub(crate) struct Ended {
    pub trained: Trained,
    pub ending: Ending,
}

impl SingleRun<'_> {
    /// Resumes the run from its folder, trains it to its end and writes the models that it hands out.
    pub(crate) fn carry_out(self, observe: &mut Observer<'_>) -> Result<Outcome<Ended>> {
        let Self { mut run, engine, role, is_calibrated, files } = self;
        let folder = files.map(|files| files.folder.path());
        let recipe = run.recipe().clone();
        if let Some(Files { folder, .. }) = files {
            run.restore_from(folder)?;
        }
        let charted = files.filter(|files| files.environment.tensorboard);
        let mut charts = charted.map(|files| EventFile::create(files.folder.path()));
        let ending = train(&mut run, files, &mut |event| {
            if let (RunEvent::Epoch(metrics), Some(Ok(file))) = (event, &charts)
                && let Err(error) = file.append(metrics)
            {
                charts = Some(Err(error));
            }
            // Charts that cannot be written are said once, and cost neither the model nor what it is worth.
            if let Some(Err(error)) = charts.take_if(|charts| charts.is_err()) {
                let _ = observe(Event::Warning(&format!("no more charts for TensorBoard: {error}")));
            }
            observe(Event::Run { run: RunContext { folder, recipe: &recipe, role }, event })
        });
        let _ = observe(Event::RunEnded);
        let ending = ending?;
        if ending == Ending::Interrupted {
            let progress = run.progress();
            let reached = Reached::Run { epochs: progress.history.len(), images: progress.partial.images };
            return Ok(Outcome::Interrupted(Interruption { folder: folder.map(ToOwned::to_owned), reached }));
        }
        let mut trained = run.into_trained();
        if let (true, Trained { model, last, held_out: Some(held_out), .. }) = (is_calibrated, &mut trained) {
            for model in last.iter_mut().chain([model]) {
                *model = calibrate_on(model, held_out, engine)?;
            }
        }
        if let Some(Files { folder, models: Some(origin), .. }) = files {
            if let Some(last) = &trained.last {
                folder.write(RunFile::Last, &model_file(last, origin, &recipe)?)?;
            }
            folder.write(RunFile::Model, &model_file(&trained.model, origin, &recipe)?)?;
        }
        Ok(Outcome::Finished(Ended { trained, ending }))
    }
}

/// Trains, with what is kept after each epoch.
fn train(
    run: &mut Run,
    files: Option<Files<'_>>,
    observe: &mut dyn FnMut(RunEvent<'_>) -> std::ops::ControlFlow<()>,
) -> Result<Ending> {
    let mut observe = |_: &Run, event: RunEvent<'_>| observe(event);
    let Some(Files { folder, environment, models }) = files else { return Ok(run.train(&mut observe)?) };
    let recipe = run.recipe().clone();
    let file = models.map(|origin| move |model: &Model| model_file(model, origin, &recipe).map_err(Into::into));
    let keep = Keep { every: environment.keep_every, best: file.as_ref().map(|file| file as &ModelFile<'_>) };
    Ok(run.train_in(folder, keep, &mut observe)?)
}
