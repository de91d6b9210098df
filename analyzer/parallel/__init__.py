"""Judging many inputs at once: in processes of this machine or on a cluster, with the same outcome as one by one."""
