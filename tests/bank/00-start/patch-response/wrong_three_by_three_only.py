# step: values
# misconception: raised
def patch_response(patch, kernel):
    return sum(patch[r, c] * kernel[r, c] for r in range(3) for c in range(3))
