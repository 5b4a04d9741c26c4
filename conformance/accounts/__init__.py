"""Creates, updates and deletes the examples in accounts of a stand-in for AWS, and compares what is there with the templates."""
