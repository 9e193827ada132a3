"""stub"""


def compare_posts(*a):
    return []
