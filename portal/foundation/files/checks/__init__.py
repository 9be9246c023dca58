"""What a file must be, told from its bytes. Each check takes the bytes and raises BadFile."""
