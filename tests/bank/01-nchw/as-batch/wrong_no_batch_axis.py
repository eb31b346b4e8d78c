# step: channels
# misconception: no-batch-axis
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image
    raise ValueError("not an image")
