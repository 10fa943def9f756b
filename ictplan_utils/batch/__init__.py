"""Many notebooks, for many areas: fast, restartable, truthful; here or on a cluster.

`schedule.py` turns a request into the reports it means and refuses it before anything starts; `inputs.py` records
what a report is made from, and `manifest.py` tells which are up to date; `engine.py` keeps workers busy and writes
down what happened; `worker.py` makes one report through papermill, whose engine `papermill_engine.py` and
`client.py` have the cells run (`cells.py`) in a process forked from `template.py`; `progress.py` tells the user;
`cluster.py` does the same work on dask.distributed.
"""
