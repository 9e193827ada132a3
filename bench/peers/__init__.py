"""The contestants as programs: each module can `enqueue(job, **payload)` and says how its workers are started."""
