"""Speed, as ratios against a reference page on the same server in the same run."""
