"""What the spans of each framework mean: invocations of agents, inferences, artifacts, noise."""
