"""Many notebooks, for many areas: fast, restartable, truthful; here or on a cluster.

`plan.py` turns a request into the reports it means and refuses it before anything starts; `manifest.py` knows
which of them are up to date; `worker.py` makes one report; `engine.py` keeps workers busy and writes down what
happened; `progress.py` tells the user; `cluster.py` does the same work on dask.distributed.
"""
