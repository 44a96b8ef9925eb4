"""The reference workload of benches/README.md on SimPy: a process for each shard's arrivals and one for its poller.

Prints one line, as the program beside it does.
"""

import random
import time

import simpy

SHARDS = 10
RECORDS = 200_000
BATCH = 100
WINDOW = 1.0


class Shard:
    def __init__(self, env, seed, records):
        self.env = env
        self.random = random.Random(seed)
        self.records = records
        self.queue = []
        # The poller sleeps on this until something, or enough, is there.
        self.wake = None
        self.wanted = 0
        self.attempts = 0
        self.completed = 0
        self.latency = 0.0
        env.process(self.arrive())
        env.process(self.poll())

    def arrive(self):
        env, queue, gap = self.env, self.queue, self.random.expovariate
        for _ in range(self.records):
            yield env.timeout(gap(1_000.0))
            queue.append(env.now)
            if self.wake is not None and len(queue) >= self.wanted:
                wake, self.wake = self.wake, None
                wake.succeed()

    def until(self, wanted):
        self.wake, self.wanted = self.env.event(), wanted
        return self.wake

    def poll(self):
        env = self.env
        while self.completed < self.records:
            if not self.queue:
                yield self.until(1)
            if len(self.queue) < BATCH:
                # The window begins when the poller is free and a record waits: now.
                yield self.until(BATCH) | env.timeout(WINDOW)
                self.wake = None
            batch, self.queue[:BATCH] = self.queue[:BATCH], []
            yield from self.handle(batch)

    def handle(self, batch):
        env, draw = self.env, self.random
        attempt = 0
        while True:
            attempt += 1
            self.attempts += len(batch)
            yield env.timeout(0.02 + draw.expovariate(50.0))
            if draw.random() >= 0.01:
                break
            yield env.timeout(draw.random() * min(20.0, 0.1 * 2.0 ** (attempt - 1)))
        self.latency += sum(env.now - arrived for arrived in batch)
        self.completed += len(batch)


def main():
    began = time.process_time()
    env = simpy.Environment()
    shards = [Shard(env, 1_000 + i, RECORDS // SHARDS) for i in range(SHARDS)]
    env.run()
    seconds = time.process_time() - began
    arrivals = sum(shard.records for shard in shards)
    attempts = sum(shard.attempts for shard in shards)
    completed = sum(shard.completed for shard in shards)
    latency = sum(shard.latency for shard in shards) / completed * 1_000
    events = arrivals + attempts + completed
    assert 80 < latency < 100, f"another workload: {latency} ms"
    print(f"simpy {arrivals} {attempts} {events} {seconds:.4f} {events / seconds:.0f}")


if __name__ == "__main__":
    main()
