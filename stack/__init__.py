"""The whole system on one machine: embedded servers, processes, the demo."""
