# step: refuses
# misconception: no-error
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None]
    if image.ndim == 1:
        return image[None, None, None]
    raise ValueError("not an image")
