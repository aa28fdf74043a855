"""What is seen of a running service: logs, metrics, traces, health. None of it holds a patient's data."""
