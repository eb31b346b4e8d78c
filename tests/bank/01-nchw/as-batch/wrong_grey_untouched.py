# step: grey
# misconception: no-batch-axis
def as_batch(image):
    if image.ndim == 2:
        return image
    if image.ndim == 3:
        return image[None]
    raise ValueError("not an image")
