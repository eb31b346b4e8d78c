# step: grey
# misconception: one-axis-missing
def as_batch(image):
    if image.ndim == 2:
        return image[None]
    if image.ndim == 3:
        return image[None]
    raise ValueError("not an image")
