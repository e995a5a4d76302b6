"""PixelLM in PyTorch, small enough to read in one sitting."""
