"""What changes in enforcement, told to those who asked: signed webhooks, e-mail and a stream."""
