# step: refuses
# misconception: other-error
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image[None]
    assert image.ndim in (2, 3), "not an image"
