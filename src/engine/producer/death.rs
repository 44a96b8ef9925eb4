//! The process dies and starts anew: what it held in memory is lost (P33).

use super::Producer;
use super::agenda::{Records, Stage};
use super::quota::Quota;
use super::tape::StreamTape;
use super::world::World;
use crate::engine::config::Producing;
use crate::engine::fact::Fact;
use crate::engine::time::SimTime;

impl Producer {
    /// When the process dies next.
    pub(super) fn next_death(&self, world: &World) -> Option<SimTime> {
        let epochs = &world.config.producing;
        let dies =
            |pair: &&[Producing]| self.died_at < pair[1].from && pair[0].life != pair[1].life;
        epochs.windows(2).find(dies).map(|pair| pair[1].from)
    }

    /// Loses everything that is nowhere else: what was gathered, what was on its way, what waited to be sent again.
    /// What has not been made yet goes to the next process.
    pub(super) fn die(&mut self, world: &World, at: SimTime, tape: &mut dyn StreamTape) {
        self.died_at = at;
        let generated = self.generated_by(world, at);
        let unsent = self.unsent_from(world);
        let mut lost = self.stuck + generated.saturating_sub(unsent);
        self.gathered_from = self.gathered_from.max(generated);
        self.buffer.sent_to = self.buffer.sent_to.max(generated);
        self.buffer.ready_to = self.buffer.ready_to.max(self.buffer.sent_to);
        self.buffer.in_flight = 0;
        self.stuck = 0;
        self.quota = Quota::default();
        for mut request in self.agenda.take() {
            match request.records {
                // Sent ahead of its time: the rest of it is made by the next process.
                Records::Fresh(from, to)
                    if generated < to && request.troubles().stage != Stage::Done =>
                {
                    lost += generated.saturating_sub(from);
                    request.records = Records::Fresh(from.max(generated), to);
                    self.agenda.push(request);
                }
                records => {
                    lost += records.unstored();
                    self.forget(&self.segments(world, &records));
                }
            }
        }
        self.lost_with_process += lost;
        self.state(tape, at, Fact::ProcessDied { generated, lost });
    }
}
