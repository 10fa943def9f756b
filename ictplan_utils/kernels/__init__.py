"""Fresh Python processes in a hundredth of a second, for kernels and for workers.

Most of a short notebook's time is not work: a new kernel imports pandas, matplotlib and IPython again. Here one
*template* process (`template.py`) imports them once, then forks a child for whoever asks: a kernel for a notebook,
through jupyter_client's official extension point, a kernel provisioner (`provisioner.py`), so that papermill stays
papermill; or a worker of the batch engine. Every child is a fresh, isolated interpreter. Where there is no safe
fork (Windows, macOS) the same names give ordinary processes and ordinary kernels.
"""
