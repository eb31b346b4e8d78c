# step: channels
# misconception: hwc-assumed
def as_batch(image):
    if image.ndim == 2:
        return image[None, None]
    if image.ndim == 3:
        return image.permute(2, 0, 1)[None]
    raise ValueError("not an image")
