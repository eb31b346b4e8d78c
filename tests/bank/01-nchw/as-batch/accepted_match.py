def as_batch(image):
    match tuple(image.shape):
        case (h, w):
            return image.reshape(1, 1, h, w)
        case (c, h, w):
            return image.reshape(1, c, h, w)
        case other:
            raise ValueError("neither (H, W) nor (C, H, W)", other)
