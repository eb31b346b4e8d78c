# step: channels
# misconception: values
def normalize(x, mean, std):
    return nn.functional.instance_norm(x)
