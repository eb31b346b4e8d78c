# step: refuses
# misconception: no-error
def as_batch(image):
    return image.reshape(1, -1, *image.shape[-2:])
