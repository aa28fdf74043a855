"""What every request passes through, whatever it asks for: ids, limits, time, refusals. Pure ASGI."""
