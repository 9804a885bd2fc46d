"""States between QuTiP, NumPy and files: what is written is read, by the package and by the
program."""

import h5py
import numpy as np
import pytest
import qutip

import qfp

SUM_OF_N = {1: "n", 2: "n[1] + n[2]", 3: "n[1] + n[2] + n[3]"}
LEVELS = {1: [7], 2: [3, 4], 3: [2, 3, 2]}


def random_state(kind, modes):
    make = qutip.rand_ket if kind == "ket" else qutip.rand_dm
    return make(LEVELS[modes], seed=11 + modes)


def start(initial, modes, basis="reference"):
    """The state at t = 0 of a run from it, on eight levels a mode."""
    return qfp.run(
        {
            "hamiltonian": {"modes": modes, "operator": SUM_OF_N[modes]},
            "initial": initial,
            "solver": {"basis": basis, "levels": [8] * modes},
            "output": {"times": [0], "state": {"times": "last"}, "husimi": {"points": 3}},
        },
        progress=False,
    )


@pytest.mark.parametrize("modes", [1, 2, 3])
@pytest.mark.parametrize("kind", ["ket", "density matrix"])
def test_a_qobj_comes_back(kind, modes):
    state = random_state(kind, modes)
    qfp.write_state("state.h5", state)
    back = qfp.open("state.h5").state(as_="qutip")
    assert back.dims == state.dims
    assert np.array_equal(back.full(), state.full())


@pytest.mark.parametrize("basis", ["reference", "fock"])
@pytest.mark.parametrize("modes", [1, 2, 3])
@pytest.mark.parametrize("kind", ["ket", "density matrix"])
def test_a_run_begins_in_it(kind, modes, basis):
    state = random_state(kind, modes)
    array, levels = start(qfp.write_state("state.h5", state), modes, basis).state()
    assert array.ndim == (1 if kind == "ket" and basis == "reference" else 2)
    sought = state if array.ndim == 1 or kind != "ket" else state.proj()
    sides = 1 if array.ndim == 1 else 2
    expected = np.zeros(levels * sides, dtype=complex)
    expected[tuple(slice(n) for n in LEVELS[modes] * sides)] = sought.full().reshape(
        LEVELS[modes] * sides
    )
    # rounding, of numbers below one
    assert abs(array.reshape(levels * sides) - expected).max() < 1e-14


def test_a_run_ends_where_qutip_does():
    """Dynamics of two modes, with a complex ket, so that a transposed or conjugated state is
    seen."""
    levels, state = [3, 4], random_state("ket", 2)
    a = [
        qutip.tensor(qutip.destroy(20), qutip.qeye(20)),
        qutip.tensor(qutip.qeye(20), qutip.destroy(20)),
    ]
    hamiltonian = -(a[0].dag() * a[1] + a[1].dag() * a[0]) + 0.3 * (a[1].dag() * a[1]) ** 2
    padded = np.zeros((20, 20), dtype=complex)
    padded[:3, :4] = state.full().reshape(levels)
    start_ket = qutip.Qobj(padded.reshape(400, 1), dims=[[20, 20], [1, 1]])
    exact = (-1j * 0.7 * hamiltonian).expm() * start_ket
    result = qfp.run(
        {
            "hamiltonian": {"modes": 2, "operator": "-hc(ad[1]*a[2]) + 0.3*n[2]^2"},
            "initial": qfp.write_state("state.h5", state),
            "solver": {"basis": "reference", "levels": [20, 20]},
            "output": {"times": [0, 0.7], "state": {"times": "last"}, "husimi": {"points": 3}},
        },
        progress=False,
    )
    assert abs(result.state(0.7, as_="qutip").full() - exact.full()).max() < 1e-11
    assert result.observables.n_2[-1] == pytest.approx(
        qutip.expect(a[1].dag() * a[1], exact), abs=1e-10
    )


def test_the_factor_to_qfunc():
    """The attribute `qutip` of a file, with kappa and a length that are not 1."""
    kappa, length = 0.5, 1.3
    state = random_state("density matrix", 1)
    result = qfp.run(
        {
            "hamiltonian": {"operator": "n"},
            "initial": qfp.write_state("state.h5", state),
            "kappa": kappa,
            "lengths": [length],
            "solver": {"basis": "reference", "levels": 12},
            "output": {"times": [0], "husimi": {"from": -2, "to": 3, "points": 11}},
        },
        progress=False,
    )
    q = result.husimi(1).isel(time=0)
    x, p = q.x.values / length, q.p.values * length / kappa
    assert "Q[t] = 2 qutip.qfunc(rho, x/l, p l/kappa, g=sqrt(2)).T" in result.attrs["qutip"]
    expected = 2 * qutip.qfunc(state, x, p, g=np.sqrt(2)).T
    assert (
        abs(q.values - expected).max() < 1e-14 * 100
    )  # a polynomial of degree 12 at |alpha|^2 up to 20
    assert abs(q.values - q.values.T).max() > 1e-3  # or a transposed one would do


def test_arrays_of_every_shape():
    ket = random_state("ket", 2).full()[:, 0]
    rho = random_state("density matrix", 2).full()
    cases = [
        (ket, None, [12], 1),
        (ket[:, None], None, [12], 1),
        (ket, [3, 4], [3, 4], 1),
        (ket[:, None], (3, 4), [3, 4], 1),
        (ket.reshape(3, 4), None, [3, 4], 1),
        (ket.reshape(3, 4, 1), [3, 4], [3, 4], 1),
        (ket.reshape(2, 2, 3), None, [2, 2, 3], 1),
        (rho, None, [12], 2),
        (rho, [3, 4], [3, 4], 2),
        (rho.reshape(3, 4, 3, 4), [3, 4], [3, 4], 2),
        (np.full((2, 2), 0.5), [2, 2], [2, 2], 1),
        (np.full((2, 2), 0.5), [2], [2], 2),
        (np.full((2, 2), 0.5), None, [2], 2),
        (ket[None, :], [1, 12], [1, 12], 1),
        (ket, np.int64(12), [12], 1),
    ]
    for state, dims, levels, sides in cases:
        initial = qfp.write_state("state.h5", state, dims)
        array, found = qfp.open("state.h5").state()
        assert found == levels and array.ndim == sides, (state.shape, dims)
        assert np.array_equal(array.ravel(), np.asarray(state).ravel())
        with h5py.File("state.h5") as file:
            assert file[initial["file"]["dataset"]].shape == tuple(levels * sides)


@pytest.mark.parametrize(
    "state, dims, words",
    [
        (np.eye(4)[0].reshape(2, 1, 2, 1), None, "give dims"),
        (np.eye(16)[0].reshape(2, 2, 2, 2), None, "give dims"),
        (np.eye(12)[0].reshape(3, 4, 1), None, "give dims"),
        (np.array([[0, 0.6], [0.8, 0]]), None, r"give dims=\[2, 2\]"),
        (np.eye(12)[0], [3, 5], r"no state of levels \[3, 5\]; expected"),
        (np.ones(4), None, "sum .* is 4"),
        (np.eye(3), None, "its trace is 3"),
        (np.array([[1, 0.1], [0, 0]]), None, "differ from their conjugates by up to 0.1"),
        (np.array([np.nan, 1]), None, "NaN"),
        (np.eye(12)[:1], None, r"\[1, 12\] is a bra; give the ket"),
        (np.eye(12)[0], [[3, 4], [1, 1]], r"of a Qobj qobj.dims\[0\]"),
        (np.eye(12)[0], [2.5, 4], "number of levels of each mode"),
        (np.eye(12)[0], "3,4", "number of levels of each mode"),
        (np.eye(12)[0], [0, 12], "number of levels of each mode"),
        (qutip.basis(3, 0).dag(), None, "of type 'bra'"),
        (qutip.basis(3, 0), [3], "dims of its own"),
        (qutip.to_super(qutip.qeye(2)), None, "of type 'super'"),
    ],
)
def test_what_is_no_state_or_more_than_one(state, dims, words):
    with pytest.raises(ValueError, match=words):
        qfp.write_state("state.h5", state, dims)


@pytest.mark.parametrize("given", [None, "state.h5", {"fock": 1}])
def test_what_is_no_numbers(given):
    with pytest.raises(TypeError, match=f"numbers, not {type(given).__name__}"):
        qfp.write_state("state.h5", given)


@pytest.mark.parametrize("layout", ["csr", "dia", "dense"])
@pytest.mark.parametrize("kind", ["ket", "density matrix"])
def test_layouts_of_qutip_and_scipy(kind, layout):
    state = random_state(kind, 2).to(layout)
    for given, dims in ((state, None), (state.data_as(), [3, 4])):  # data_as: a matrix of SciPy
        qfp.write_state("state.h5", given, dims)
        assert np.array_equal(qfp.open("state.h5").state(as_="qutip").full(), state.full())


def test_only_a_state_is_replaced(kerr, scratch):
    qfp.run(kerr, "result.h5", progress=False)
    (scratch / "notes.txt").write_text("mine")
    for name in ("result.h5", "notes.txt"):
        before = (scratch / name).read_bytes()
        with pytest.raises(FileExistsError, match=f"{name}: exists and is no file of write_state"):
            qfp.write_state(name, qutip.basis(3, 1))
        assert (scratch / name).read_bytes() == before


@pytest.mark.parametrize("kind", ["ket", "density matrix"])
def test_levels_that_are_asked_for(kind):
    state = random_state(kind, 2)
    qfp.write_state("state.h5", state)
    wide = qfp.open("state.h5").state(as_="qutip", levels=[5, 4])
    shape = [5, 4] * (1 if kind == "ket" else 2)
    inside = tuple(slice(n) for n in [3, 4] * (len(shape) // 2))
    expected = np.zeros(shape, dtype=complex)
    expected[inside] = state.full().reshape(expected[inside].shape)
    assert wide.dims[0] == [5, 4]
    assert np.array_equal(wide.full(), expected.reshape(wide.shape))
    qfp.write_state("wide.h5", wide)  # zeros are no levels
    array, levels = qfp.open("wide.h5").state(levels=(3, 4))
    assert levels == [3, 4] and np.array_equal(array.ravel(), state.full().ravel())
    for levels, words in (([3, 3], "would cut off 0.[0-9]+ of"), ([5], "has 2 modes"), ("x", "'x'")):
        with pytest.raises(ValueError, match=words):
            qfp.open("wide.h5").state(levels=levels)


def test_a_file_keeps_what_it_was_when_writing_fails(scratch):
    qfp.write_state("state.h5", qutip.basis(3, 1))
    with pytest.raises(ValueError):
        qfp.write_state("state.h5", np.ones(3))
    assert qfp.open("state.h5").state()[0][1] == 1
    assert [path.name for path in scratch.iterdir()] == ["state.h5"]


def test_states_of_several_times(kerr):
    kerr["output"]["state"] = {"times": "all"}
    result = qfp.run(kerr, progress=False)
    for t in (0, 0.25, 0.5):
        rho, levels = result.state(t)
        number = np.trace(rho @ np.diag(np.arange(levels[0]))).real
        assert number == pytest.approx(1, abs=1e-6)  # n is conserved; the tolerance
        amplitude = np.trace(rho @ np.diag(np.sqrt(np.arange(1, levels[0])), 1))
        assert amplitude == pytest.approx(np.exp(np.exp(-1j * t) - 1), abs=1e-6)
    assert np.array_equal(result.state()[0], result.state(0.5)[0])
    assert result.state(as_="xarray").dims == ("level_1", "bra_level_1")
    with pytest.raises(KeyError, match="the times are 0, 0.25, 0.5"):
        result.state(0.3)
    with pytest.raises(ValueError, match="as_ is"):
        result.state(as_="list")


def test_a_second_mode_of_one_level(scratch):
    """[5, 1] of two modes is no column where the axes have names."""
    state = qutip.tensor(random_state("ket", 1), qutip.basis(1, 0))
    result = start(qfp.write_state("state.h5", state), 2)
    assert result.observables.n_1[0] == pytest.approx(
        qutip.expect(qutip.num(7), random_state("ket", 1))
    )
    assert float(result.observables.n_2[0]) == 0
