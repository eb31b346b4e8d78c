# step: grey
# misconception: values
def as_batch(image):
    if image.ndim == 2:
        return image[None, None] / 255
    if image.ndim == 3:
        return image[None] / 255
    raise ValueError("not an image")
