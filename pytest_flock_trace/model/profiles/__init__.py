"""What the spans of each framework mean: invocations of agents, artifacts, noise."""
