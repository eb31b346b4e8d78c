def patch_response(patch, kernel):
    total = 0.0
    for row in range(patch.shape[0]):
        for column in range(patch.shape[1]):
            total += patch[row, column].item() * kernel[row, column].item()
    return total
