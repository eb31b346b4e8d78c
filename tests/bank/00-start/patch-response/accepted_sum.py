def patch_response(patch, kernel):
    return (patch * kernel).sum()
