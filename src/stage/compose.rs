//! Composes the picture of a moment: lays the stage out, and has it drawn part by part.

#[cfg(test)]
mod tests;

use super::context::Stage;
use super::layout::{Layout, Need};
use super::lens::Lens;
use super::scene::{Rect, Scene, View};
use super::source::StageSource;
use super::words::Words;
use super::{axis, basin, lanes, legend, outcomes, producer, reader, rows, second, trouble};
use crate::recording::moment::Moment;

/// Composes the picture of a moment as a view sees it.
pub fn compose(source: &dyn StageSource, moment: &Moment, view: &View) -> Scene {
    let order = trouble::order(moment);
    let needs: Vec<Need> = order
        .iter()
        .map(|&i| trouble::need(source, moment, &moment.shards[i]))
        .collect();
    let layout = Layout::new(view.size, &needs, view.focus).with_shards(&order);
    let mut stage = Stage {
        source,
        moment,
        view,
        lens: Lens::new(view.lens, moment.retention),
        scene: Scene::empty(view),
        words: Words::new(layout.canvas),
        layout,
    };
    let basins = basin::measure(&stage);
    for basin in &basins {
        // What is written stands beside the water.
        stage.words.keep_out(basin.place.vessel);
    }
    axis::compose(&mut stage, &basins);
    stage.words.keep_out(Rect {
        x: stage.layout.spill.x + 5.0,
        ..stage.layout.spill
    });
    producer::compose(&mut stage, &basins);
    for basin in &basins {
        basin::compose(&mut stage, basin);
        reader::compose(&mut stage, basin);
        // The words of lanes give way to those of their reader.
        lanes::compose(&mut stage, basin);
    }
    if moment.second.is_some() {
        for basin in &basins {
            second::compose(&mut stage, basin);
        }
    }
    rows::compose(&mut stage);
    outcomes::compose(&mut stage, &basins);
    let (area, font) = (stage.layout.legend, stage.layout.font);
    legend::compose(area, font, &mut stage.scene, &mut stage.words);
    stage.scene.labels.append(&mut stage.words.into_labels());
    stage.scene
}
