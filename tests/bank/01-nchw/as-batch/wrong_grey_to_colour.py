# step: grey
# misconception: grey-to-colour
def as_batch(image):
    if image.ndim == 2:
        return image.repeat(1, 3, 1, 1)
    if image.ndim == 3:
        return image[None]
    raise ValueError("not an image")
