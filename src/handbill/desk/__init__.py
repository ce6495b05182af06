"""The desk: letters are taken in, judged and answered. The only room that knows Django."""
