# step: values
# misconception: mean-for-sum
def patch_response(patch, kernel):
    return (patch * kernel).mean()
