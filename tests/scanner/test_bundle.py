"""Which files go to a worker together."""

from audiolab.scanner.bundle import MOST_FILES, Bundler, chunks
from audiolab.scanner.model import Task


def sized(*sizes: int) -> list[Task]:
    return [Task(str(number), size, 1, (), "new") for number, size in enumerate(sizes)]


def lengths(bundler: Bundler, tasks: list[Task]) -> list[int]:
    return [len(bundle) for bundle in bundler.bundles(tasks)]


def test_songs_go_alone_and_samples_together() -> None:
    assert lengths(Bundler(), sized(*[5_000_000] * 3)) == [1, 1, 1]
    assert lengths(Bundler(), sized(*[0] * 100)) == [MOST_FILES, 100 - MOST_FILES]
    assert lengths(Bundler(), sized(9_000_000, 10_000, 20_000)) == [1, 2]


def test_no_task_is_lost() -> None:
    tasks = sized(*[number * 7_919 % 2_000_000 for number in range(1234)])
    came = [task for bundle in Bundler().bundles(tasks) for task in bundle]
    assert sorted(came, key=lambda task: int(task.path)) == tasks
    assert list(Bundler().bundles([])) == []


def test_bundles_follow_what_a_byte_costs() -> None:
    quick, slow = Bundler(), Bundler()
    for _ in range(20):
        quick.learn(5_000_000, 0.005)  # only tags are read
        slow.learn(500_000, 5.0)
    assert lengths(quick, sized(*[5_000_000] * 64))[0] > 10
    assert lengths(slow, sized(*[200_000] * 4)) == [1, 1, 1, 1]


def test_a_bundle_learns_while_it_is_asked() -> None:
    bundler = Bundler()
    came = bundler.bundles(sized(*[5_000_000] * 200))
    assert len(next(came)) == 1
    for _ in range(30):
        bundler.learn(5_000_000, 0.005)
    assert len(next(came)) > 1


def test_files_of_no_bytes_teach_without_harm() -> None:
    bundler = Bundler()
    for _ in range(50):
        bundler.learn(0, 0.0)
    assert lengths(bundler, sized(0, 0)) == [2]
    assert lengths(bundler, sized(5_000_000, 5_000_000)) == [1, 1]


def test_a_few_small_files_are_shared_by_all_workers() -> None:
    found = [len(bundle) for bundle in Bundler().bundles(sized(*[9] * 14), lambda: 4)]
    assert found == [4, 4, 4, 2]
    assert len(list(Bundler().bundles(sized(1, 2), lambda: 40))) == 2


def test_large_files_go_first_within_a_window() -> None:
    found = [[task.size for task in chunk] for chunk in chunks(sized(1, 3, 2, 5, 4), ahead=3)]
    assert found == [[3, 2, 1], [5, 4]]
    assert list(chunks([])) == []
