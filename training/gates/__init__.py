"""What a candidate must show before it may serve: gates declared in a file, judged on later time."""
