"""Calibration: the surface, the sampler and the waves find what is known; an ensemble is what history allows."""

import dataclasses
import json
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from pseudo import PSEUDO, outside_catalogue
from refused import refused
from scipy.stats import truncnorm

import experiments.history.backtest
import experiments.history.calibration
import experiments.history.sampler
import experiments.run.ensemble
from cli_pages import language
from cli_pages.command import app
from experiments.history.backtest import DrawTask, fit_points, published_until
from experiments.history.calibration import (
    FitTarget,
    implausibility,
    make_fit_target,
    point_weights,
    relative_errors,
    run_wave,
)
from experiments.history.emulator import (
    Emulator,
    best_surface,
    features,
    fit_emulator,
    learn,
    left_out,
    with_process,
)
from experiments.history.evidence import fitted_rows, series_names
from experiments.history.sampler import (
    PRIOR_SPREAD,
    NotConverged,
    Posterior,
    best_point,
    convergence,
    sample,
    sample_chains,
)
from experiments.language.language import LANGUAGES
from experiments.run.ensemble import (
    Ensemble,
    default_ensemble,
    fitted_parameters,
    load_ensemble,
    save_ensemble,
    with_draw,
)
from experiments.run.provenance import behind_fit
from models.parameters import baseline, value_at
from sim.calendar import day_number
from sim.errors import WrongInput
from sim.schedule import Schedule


def silent(label, done, total):
    pass


@pytest.fixture
def own_ensembles(tmp_path, monkeypatch):
    """An empty place for ensembles."""
    monkeypatch.setattr(experiments.run.ensemble, "ENSEMBLES", tmp_path / "ensembles")
    load_ensemble.cache_clear()
    yield tmp_path / "ensembles"
    load_ensemble.cache_clear()


# ---- the surface ---------------------------------------------------------------------------------


def test_features_are_all_terms_up_to_products_of_two():
    np.testing.assert_array_equal(features(np.array([[2.0, 3.0]])), [[1, 2, 3, 4, 6, 9]])
    assert features(np.zeros((4, 5))).shape == (4, 1 + 2 * 5 + 10)


def test_the_emulator_recovers_a_known_quadratic():
    luck = np.random.default_rng(1)
    scaled = luck.uniform(-1, 1, (3000, 3))
    truth = luck.normal(0, 0.3, (10, 2))
    errors = features(scaled) @ truth + luck.normal(0, [0.02, 0.05], (3000, 2))
    emulator = fit_emulator(scaled, errors, np.ones(3000))
    np.testing.assert_allclose(emulator.coefficients, truth, atol=0.01)
    np.testing.assert_allclose(emulator.unexplained, [0.02, 0.05], rtol=0.1)


def test_runs_that_weigh_nothing_do_not_bend_the_surface():
    luck = np.random.default_rng(2)
    scaled = luck.uniform(-1, 1, (2000, 2))
    errors = scaled[:, :1].copy()
    errors[1000:] = 99.0
    emulator = fit_emulator(scaled, errors, np.repeat([1.0, 1e-12], 1000))
    np.testing.assert_allclose(emulator(np.array([[0.5, 0.1]])), [[0.5]], atol=0.01)


# ---- the sampler ---------------------------------------------------------------------------------


def known_posterior(middles, spreads):
    """Errors that are straight lines: the posterior is normal, cut off at the ends of the prior."""
    count = len(middles)
    coefficients = np.zeros((1 + 2 * count + count * (count - 1) // 2, count))
    coefficients[0] = -np.asarray(middles)
    coefficients[1 : count + 1] = np.eye(count)
    return Posterior(Emulator(coefficients, np.zeros(count)), np.diag(np.asarray(spreads) ** 2))


def test_the_sampler_recovers_a_known_gaussian_cut_off_at_the_ends():
    middles, spreads = np.array([0.9, -0.2, 0.0]), np.array([0.3, 0.1, 3.0])
    drawn, found = sample(known_posterior(middles, spreads), np.zeros(3), seed=1, steps=1000, warm_up=120)
    assert found.reached
    assert (np.abs(drawn) <= 1).all()
    precision = 1 / spreads**2 + 1 / PRIOR_SPREAD**2
    middle, spread = middles / spreads**2 / precision, 1 / np.sqrt(precision)
    exact = truncnorm((-1 - middle) / spread, (1 - middle) / spread, middle, spread)
    np.testing.assert_allclose(drawn.mean(axis=0), exact.mean(), atol=0.03)
    np.testing.assert_allclose(drawn.std(axis=0), exact.std(), rtol=0.06)
    np.testing.assert_allclose(np.quantile(drawn, [0.1, 0.9], axis=0), exact.ppf([[0.1], [0.9]]), atol=0.05)


def test_the_same_seed_gives_the_same_sample():
    posterior = known_posterior([0.1, 0.2], [0.1, 0.1])
    one, same, other = (sample_chains(posterior, np.zeros(2), seed, 30, 20) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_sample_that_has_not_converged_is_refused(monkeypatch):
    """Chains that stand still a unit apart, and chains that creep: neither may become an ensemble."""
    monkeypatch.setattr(experiments.history.sampler, "MOST_DOUBLINGS", 1)
    luck = np.random.default_rng(1)
    apart = np.repeat(luck.uniform(-1, 1, (16, 1, 2)), 400, axis=1) + 0.01 * luck.standard_normal((16, 400, 2))
    creeping = np.cumsum(luck.standard_normal((16, 400, 2)), axis=1)
    for chains in (apart, creeping):
        monkeypatch.setattr(experiments.history.sampler, "sample_chains", lambda *_, chains=chains: chains)
        with refused(NotConverged, match="niet uitgelopen"):
            sample(known_posterior([0.0, 0.0], [0.1, 0.1]), np.zeros(2), 1)


def test_the_effective_size_is_that_of_a_known_chain():
    luck, alike = np.random.default_rng(4), 0.8
    chains = np.zeros((16, 4000, 1))
    for step in range(1, 4000):
        chains[:, step] = alike * chains[:, step - 1] + luck.standard_normal((16, 1))
    found = convergence(chains)
    assert found.size == pytest.approx(16 * 4000 * (1 - alike) / (1 + alike), rel=0.1)
    assert found.times == pytest.approx(4000 * (1 - alike) / (1 + alike), rel=0.1)
    assert found.rhat < 1.01


def test_the_slope_is_that_of_the_density():
    luck = np.random.default_rng(6)
    scaled = luck.uniform(-1, 1, (300, 4))
    errors = np.column_stack([np.sin(3 * scaled[:, 0]) + scaled[:, 1] ** 2, scaled[:, 2] * scaled[:, 3]])
    emulator = learn(scaled, errors, np.ones(300))
    posterior = Posterior(emulator, 0.04 * np.eye(2), 2.0)
    at, step = np.array([[0.2, -0.3, 0.5, 0.1], [0.0, 0.6, -0.4, 0.2]]), 1e-5
    for column, way in enumerate(np.eye(4) * step):
        rise = (posterior.log_density(at + way) - posterior.log_density(at - way)) / (2 * step)
        np.testing.assert_allclose(posterior.slope(at)[:, column], rise, rtol=1e-4, atol=1e-4)


def test_a_process_carries_what_bends_more_than_a_quadratic():
    luck = np.random.default_rng(7)
    scaled, fresh = luck.uniform(-1, 1, (400, 2)), luck.uniform(-0.9, 0.9, (200, 2))

    def bent(at):
        return np.column_stack([np.sin(4 * at[:, 0]), np.cos(3 * at[:, 1]) + at[:, 0]])

    errors = bent(scaled) + 0.05 * luck.standard_normal((400, 2))
    surface = fit_emulator(scaled, errors, np.ones(400))
    whole = with_process(surface, scaled, left_out(surface, scaled, errors, np.ones(400)), np.ones(400))
    left, best = (np.sqrt(((one(fresh) - bent(fresh)) ** 2).mean()) for one in (surface, whole))
    assert best < 0.4 * left
    assert ((whole.unexplained > 0.045) & (whole.unexplained < 0.1)).all()  # the noise and what runs cannot tell


def noise_of_a_plane(count, parameters=12):
    """Runs of a model that is a plane, with as much luck as there is signal, and the plane itself."""
    luck = np.random.default_rng(17)
    scaled, slopes = luck.uniform(-1, 1, (count, parameters)), luck.normal(0.0, 0.1, (parameters, 6))
    return scaled, slopes, scaled @ slopes + 0.2 * luck.standard_normal((count, 6))


def test_what_a_surface_leaves_of_a_run_left_out_is_what_it_leaves_when_it_has_not_seen_it():
    scaled, _, errors = noise_of_a_plane(160)
    weights = np.linspace(0.2, 1.0, 160)
    off = left_out(fit_emulator(scaled, errors, weights, 3.0), scaled, errors, weights, 3.0)
    for run in (0, 77):
        others = np.arange(160) != run
        without = fit_emulator(scaled[others], errors[others], weights[others], 3.0)
        np.testing.assert_allclose(off[run], errors[run] - without(scaled[[run]])[0], rtol=1e-6, atol=1e-9)


def test_the_spread_holds_what_the_surface_does_not_know_of_runs_it_has_not_seen():
    """With 91 terms to learn from 160 runs, what is left of seen runs says far too little."""
    scaled, slopes, errors = noise_of_a_plane(160)
    emulator = learn(scaled, errors, np.ones(160))
    fresh = np.random.default_rng(18).uniform(-1, 1, (400, 12))
    again = fresh @ slopes + 0.2 * np.random.default_rng(19).standard_normal((400, 6))
    off = again - emulator(fresh)
    size = np.einsum("rp,pq,rq->r", off, np.linalg.inv(emulator.covariance), off).mean() / 6
    assert 0.8 < size < 1.25
    seen = errors - fit_emulator(scaled, errors, np.ones(160))(scaled)
    assert (seen**2).mean() < 0.6 * (off**2).mean()


def test_slopes_that_are_luck_are_held_back():
    """Squares and products that the model does not have are kept small when that tells runs left out better."""
    scaled, slopes, errors = noise_of_a_plane(160)
    surface, _, _ = best_surface(scaled, errors, np.ones(160))
    loose = fit_emulator(scaled, errors, np.ones(160))
    assert np.abs(surface.coefficients[13:]).mean() < 0.5 * np.abs(loose.coefficients[13:]).mean()
    assert np.abs(surface.coefficients[1:13] - slopes).mean() < np.abs(loose.coefficients[1:13] - slopes).mean()


def test_the_best_point_is_the_top_and_stays_inside():
    posterior = known_posterior([0.5, 3.0], [0.01, 0.5])
    np.testing.assert_allclose(best_point(posterior, np.zeros((2, 2))), [0.5, 1.0], atol=1e-3)


def test_a_series_is_implausible_when_two_are_far_off():
    posterior = known_posterior([0.0, 0.0, 0.0], [0.1, 0.1, 0.1])
    found = implausibility(posterior, ("a", "b", "b"), np.array([[0.9, 0.0, 0.0], [0.9, 0.5, 0.5], [0.1, 0.0, 0.0]]))
    np.testing.assert_allclose(found, [0.0, 5.0, 0.0], atol=1e-9)


def test_a_series_weighs_as_its_independent_points():
    held_points = fit_points("prop-2021")
    setting = make_fit_target("prop-2021", None)
    tolerance, weight = point_weights(held_points, setting.train)
    held = {held_points[index].held for index in setting.train}
    for series in held:
        members = [place for place, index in enumerate(setting.train) if held_points[index].held is series]
        assert weight[members].sum() == pytest.approx(min(series.independent_points, len(members)))
        assert set(tolerance[members]) == {series.tolerance_percent / 100}


# ---- waves ---------------------------------------------------------------------------------------

TWO = FitTarget("prop-2021", None, 5, ("a", "b"), np.array([0.0, 10.0]), np.array([1.0, 20.0]), ())


@pytest.fixture
def counted(monkeypatch):
    """Stands in for the model: adds the parameters of a draw and the seed; keeps which draws were run."""
    runs = []

    class Adder:
        def __init__(self, period, paths, draws, seed, until):
            self.period, self.draws, self.seed, self.until = period, draws, seed, None

        def __call__(self, number):
            runs.append(tuple(self.draws[number - 1]))
            return np.array([self.draws[number - 1].sum(), self.seed])

    monkeypatch.setattr(experiments.history.calibration, "DrawTask", Adder)
    monkeypatch.setattr(experiments.history.calibration, "CHUNK", 4)
    monkeypatch.setattr(experiments.history.calibration, "fit_points", lambda scenario: ("a sum", "a seed"))
    return runs


def test_a_wave_runs_every_row_once_in_order(counted, tmp_path):
    scaled = np.linspace(-1, 1, 20).reshape(10, 2)
    heard = []
    values = run_wave(TWO, 2, scaled, tmp_path / "werk", 1, lambda *said: heard.append(said))
    np.testing.assert_allclose(values[:, 0], TWO.natural(scaled).sum(axis=1))
    assert list(values[:, 1]) == [2005] * 4 + [2009] * 4 + [2013] * 2  # luck differs by wave and chunk
    assert len(counted) == 10
    assert heard == [("wave 3", done, 10) for done in (0, 4, 8, 10)]
    assert len(list((tmp_path / "werk").iterdir())) == 3


def test_finished_chunks_are_read_back(counted, tmp_path):
    scaled = np.linspace(-1, 1, 20).reshape(10, 2)
    first = run_wave(TWO, 0, scaled, tmp_path, 1, silent)
    counted.clear()
    np.testing.assert_array_equal(run_wave(TWO, 0, scaled, tmp_path, 1, silent), first)
    assert counted == []
    run_wave(TWO, 1, scaled, tmp_path, 1, silent)
    assert len(counted) == 10, "another wave is not the same work"


@pytest.mark.parametrize("place", [0, 20, -40, -1])
def test_a_damaged_chunk_is_redone(counted, tmp_path, place):
    scaled = np.linspace(-1, 1, 20).reshape(10, 2)
    first = run_wave(TWO, 0, scaled, tmp_path, 1, silent)
    file = sorted(tmp_path.iterdir())[1]
    good = file.read_bytes()
    damaged = bytearray(good)
    damaged[place] ^= 1
    file.write_bytes(damaged)
    counted.clear()
    np.testing.assert_array_equal(run_wave(TWO, 0, scaled, tmp_path, 1, silent), first)
    assert counted == [tuple(row) for row in TWO.natural(scaled)[4:8]]
    assert file.read_bytes() == good


def test_a_chunk_for_other_draws_is_redone(counted, tmp_path):
    scaled = np.linspace(-1, 1, 20).reshape(10, 2)
    run_wave(TWO, 0, scaled, tmp_path, 1, silent)
    counted.clear()
    scaled[5, 1] += 1e-9
    run_wave(TWO, 0, scaled, tmp_path, 1, silent)
    assert counted == [tuple(row) for row in TWO.natural(scaled)[4:8]]


def test_a_chunk_with_other_figures_is_redone(counted, tmp_path, monkeypatch):
    scaled = np.linspace(-1, 1, 20).reshape(10, 2)
    run_wave(TWO, 0, scaled, tmp_path, 1, silent)
    counted.clear()
    monkeypatch.setattr(experiments.history.calibration, "fit_points", lambda scenario: ("a sum", "a seed", "one more"))
    run_wave(TWO, 0, scaled, tmp_path, 1, silent)
    assert len(counted) == 10


def test_an_interrupt_keeps_what_is_finished(counted, tmp_path, monkeypatch):
    scaled = np.linspace(-1, 1, 20).reshape(10, 2)
    adder = experiments.history.calibration.DrawTask.__call__

    def stop_in_the_third_chunk(task, number):
        if len(counted) >= 8:
            raise KeyboardInterrupt
        return adder(task, number)

    monkeypatch.setattr(experiments.history.calibration.DrawTask, "__call__", stop_in_the_third_chunk)
    with pytest.raises(KeyboardInterrupt):
        run_wave(TWO, 0, scaled, tmp_path, 1, silent)
    assert len(list(tmp_path.iterdir())) == 2


# ---- what is fitted to what ----------------------------------------------------------------------


def test_points_after_the_training_day_are_left_out():
    until = "2020-12-31"
    setting = make_fit_target("prop-2021", until)
    held_points = fit_points("prop-2021")
    for index, point in enumerate(held_points):
        used = point.held.fitted and point.observation.value > 0 and point.observation.last_day <= day_number(until)
        assert (index in setting.train) == used
    assert len(setting.train) < len(make_fit_target("prop-2021", None).train)


def test_too_little_to_fit_on_is_refused():
    with refused(WrongInput, match=r"--train-until.*te weinig.*een latere datum"):
        make_fit_target("prop-2021", "2019-06-01")
    with refused(WrongInput, match="toegestaan is prop-2021, golf-2015 of vooruitblik-2025"):
        make_fit_target("prop", None)


def test_the_scale_of_a_fit_runs_over_the_prior_range():
    np.testing.assert_allclose(TWO.natural(np.array([[-1.0, 1.0], [0.0, 0.5]])), [[0, 20], [0.5, 17.5]])
    np.testing.assert_allclose(TWO.natural(np.array([[0.3, -0.7]])), [[0.65, 11.5]])


def test_errors_are_relative_to_what_was_published():
    setting = make_fit_target("prop-2021", None)
    observed = np.array([point.observation.value for point in fit_points("prop-2021")])
    values = np.array([observed, 1.1 * observed])
    np.testing.assert_allclose(relative_errors(setting, values), np.repeat([[0.0], [0.1]], len(setting.train), axis=1))


# ---- a draw over the baseline --------------------------------------------------------------------


def test_a_value_is_replaced():
    usual = baseline("prop-2021")
    changed = with_draw(usual, ("nareis.visa_days",), np.array([44.0]))
    assert value_at(changed, "nareis.visa_days") == 44.0
    assert value_at(usual, "nareis.visa_days") != 44.0


def test_a_factor_scales_every_dated_step():
    usual = baseline("prop-2021")
    before = value_at(usual, "nareis.staff_fte")
    changed = with_draw(usual, ("nareis.staff_fte", "nareis.family_size_factor"), np.array([1.5, 0.8]))
    after = value_at(changed, "nareis.staff_fte")
    assert len(before.steps) > 2
    assert after.steps == tuple((day, pytest.approx(1.5 * value)) for day, value in before.steps)
    assert value_at(changed, "nareis.family_size_factor") == pytest.approx(
        0.8 * value_at(usual, "nareis.family_size_factor")
    )


def test_a_depth_deepens_a_dip_and_leaves_the_rest():
    before = value_at(baseline("prop-2021"), "ind.output_factor")

    def dipped(depth):
        return value_at(
            with_draw(baseline("prop-2021"), ("ind.output_factor",), np.array([depth])), "ind.output_factor"
        )

    np.testing.assert_allclose(dipped(1.0).steps, before.steps)
    assert {value for _, value in dipped(0.0).steps} == {1.0}
    for (day, old), (same_day, new) in zip(before.steps, dipped(0.5).steps, strict=True):
        assert day == same_day
        assert 1.0 - new == pytest.approx(0.5 * (1.0 - old))


def test_a_parameter_that_does_not_apply_to_a_period_stays():
    path = "ind.general_staff_fte"
    assert {row.path: row.periods for row in fitted_parameters()}[path] == "prop-2021"
    draw = np.array([1.1, 44.0])
    wave = with_draw(baseline("golf-2015"), (path, "nareis.visa_days"), draw)
    assert value_at(wave, path) == value_at(baseline("golf-2015"), path)
    assert value_at(wave, "nareis.visa_days") == 44.0
    jam = with_draw(baseline("prop-2021"), (path, "nareis.visa_days"), draw)
    assert value_at(jam, path) != value_at(baseline("prop-2021"), path)


def test_every_end_of_every_prior_range_gives_parameters_that_are_allowed():
    fitted = fitted_parameters()
    paths = tuple(row.path for row in fitted)
    for period in ("prop-2021", "golf-2015"):
        for draw in ([row.low for row in fitted], [row.high for row in fitted]):
            changed = with_draw(baseline(period), paths, np.array(draw))
            for row, number in zip(fitted, draw, strict=True):
                if row.how == "value" and row.applies_to(period):
                    assert value_at(changed, row.path) in (number, Schedule.constant(number))


def test_a_path_that_is_not_fitted_is_an_error():
    with pytest.raises(KeyError):
        with_draw(baseline("prop-2021"), ("nareis.weg",), np.array([1.0]))


# ---- ensembles on disk ---------------------------------------------------------------------------


def some_ensemble(name="proef"):
    fitted = fitted_parameters()
    luck = np.random.default_rng(3)
    low, high = np.array([row.low for row in fitted]), np.array([row.high for row in fitted])
    draws = luck.uniform(low, high, (7, len(fitted)))
    about = {"scenario": "prop-2021", "train_until": None, "best_misfit": 12.5, "word": "één"}
    about |= behind_fit("prop-2021")
    return Ensemble(name, tuple(row.path for row in fitted), draws, (low + high) / 2, np.arange(7.0), about)


def test_an_ensemble_comes_back_as_it_was_saved(own_ensembles):
    ensemble = some_ensemble()
    assert save_ensemble(ensemble) == own_ensembles / "proef.csv"
    back = load_ensemble("proef")
    assert (back.name, back.paths, back.about) == ("proef", ensemble.paths, ensemble.about)
    np.testing.assert_allclose(back.draws, ensemble.draws, rtol=1e-5)
    np.testing.assert_allclose(back.best, ensemble.best, rtol=1e-5)
    np.testing.assert_allclose(back.misfit, ensemble.misfit)
    save_ensemble(dataclasses.replace(ensemble, best=ensemble.draws[0]))
    np.testing.assert_allclose(load_ensemble("proef").best, ensemble.draws[0], rtol=1e-5)


def test_two_replications_in_a_row_share_a_draw():
    ensemble = some_ensemble()
    first, *others = (ensemble.draw_of(number, 4) for number in range(1, 15))
    assert [first, *others][::2] == [first, *others][1::2]
    assert sorted({first, *others}) == list(range(7))
    assert ensemble.draw_of(15, 4) == first


def test_a_missing_or_outdated_ensemble_is_refused(own_ensembles):
    assert default_ensemble("golf-2015") is None
    with refused(WrongInput, match="geen leesbaar ensemble 'weg'; maak het met doorstroom calibrate"):
        load_ensemble("weg")
    ensemble = some_ensemble()
    save_ensemble(dataclasses.replace(ensemble, paths=("oud.pad", *ensemble.paths[1:])))
    with refused(WrongInput, match="hoort bij andere parameters"):
        load_ensemble("proef")


def test_a_damaged_ensemble_is_refused_in_one_sentence(own_ensembles):
    table = save_ensemble(some_ensemble())
    good = table.read_bytes()
    for damaged in (b"", good.replace(b"best", b"beste"), good[:-9], good + b"8,0\n"):
        table.write_bytes(damaged)
        load_ensemble.cache_clear()
        with refused(WrongInput, match="geen leesbaar ensemble"):
            load_ensemble("proef")
    ensemble = some_ensemble()
    ensemble.draws[2, 4] = 1e9
    save_ensemble(ensemble)
    with refused(WrongInput, match="buiten het bereik"):
        load_ensemble("proef")
    for about in ("[]", "{}", "{"):
        (own_ensembles / "proef.json").write_text(about, encoding="utf-8")
        load_ensemble.cache_clear()
        with refused(WrongInput, match="geen leesbaar ensemble"):
            load_ensemble("proef")


def test_a_day_after_the_last_figure_holds_nothing_out():
    with refused(WrongInput, match="geen cijfer meer om op te toetsen"):
        make_fit_target("prop-2021", "2025-03-01")


def test_what_is_left_over_is_the_noise_also_with_weights():
    luck = np.random.default_rng(5)
    scaled = luck.uniform(-1, 1, (900, 6))
    errors = scaled[:, :1] ** 2 + 0.05 * luck.standard_normal((900, 3))
    weights = 1.0 / (1.0 + luck.exponential(3.0, 900))
    assert fit_emulator(scaled, errors, weights).unexplained == pytest.approx(0.05, rel=0.08)


def test_a_period_without_an_ensemble_uses_the_fitted_one(own_ensembles):
    lender = some_ensemble("prop-2021")
    lender.about["lent_to"] = ["golf-2015"]
    save_ensemble(lender)
    assert default_ensemble("golf-2015") == default_ensemble("prop-2021") == "prop-2021"
    save_ensemble(some_ensemble("golf-2015"))
    assert default_ensemble("golf-2015") == "golf-2015"


def test_the_stored_ensemble_lies_inside_the_prior():
    ensemble = load_ensemble("prop-2021")
    for column, path in enumerate(ensemble.paths):
        [row] = [row for row in fitted_parameters() if row.path == path]
        everything = np.append(ensemble.draws[:, column], ensemble.best[column])
        assert everything.min() >= row.low - 1e-4 * abs(row.low), path
        assert everything.max() <= row.high + 1e-4 * abs(row.high), path


# ---- nudging -------------------------------------------------------------------------------------


def told_about():
    """Fitted parameters of which the data left less than half of the prior width."""
    about = load_ensemble("prop-2021").about
    return [row["parameter"] for row in about["parameters"] if row["width_left"] < 0.5]


#: Two replications cannot tell a posterior width from luck; their misfits differ by more than that.
NUDGED_RUNS = 6


def real_misfit(draw):
    """The misfit of the model itself with one draw: the mean over replications with the same luck for each draw."""
    ensemble = load_ensemble("prop-2021")
    setting = make_fit_target("prop-2021", None)
    tolerance, weight = point_weights(fit_points("prop-2021"), setting.train)
    task = DrawTask("prop-2021", ensemble.paths, np.tile(draw, (NUDGED_RUNS, 1)), 7, published_until("prop-2021"))
    errors = relative_errors(setting, np.array([task(number + 1) for number in range(NUDGED_RUNS)]))
    return float((0.5 * (errors**2 / tolerance**2 * weight).sum(axis=1)).mean())


def worsenings(path, usual):
    """How much the misfit grows when the best draw is moved by one posterior width (10-90 %), up and down.

    A direction that leaves the prior is left out.
    """
    ensemble = load_ensemble("prop-2021")
    [row] = [row for row in ensemble.about["parameters"] if row["parameter"] == path]
    step = row["high"] - row["low"]
    column = ensemble.paths.index(path)
    grown = []
    for moved in (ensemble.best[column] + step, ensemble.best[column] - step):
        if row["prior_low"] <= moved <= row["prior_high"]:
            draw = ensemble.best.copy()
            draw[column] = moved
            grown.append(real_misfit(draw) - usual)
    return grown


@pytest.mark.full
def test_nudging_the_staff_for_families_makes_the_model_worse():
    assert "nareis.staff_fte" in told_about()
    up_and_down = worsenings("nareis.staff_fte", real_misfit(load_ensemble("prop-2021").best))
    assert len(up_and_down) == 2
    assert min(up_and_down) > 0


@pytest.mark.full
def test_nudging_what_the_data_told_about_makes_the_model_worse():
    usual = real_misfit(load_ensemble("prop-2021").best)
    told = told_about()
    worse = [path for path in told if min(worsenings(path, usual), default=0.0) > 0]
    assert len(told) >= 3
    assert len(worse) >= 0.75 * len(told), f"not worse on a side: {sorted(set(told) - set(worse))}"


# ---- the command ---------------------------------------------------------------------------------


def call(capsys, *words):
    """Run the command in this process: (exit code, stdout, stderr)."""
    with pytest.raises(SystemExit) as left:
        app(list(words), prog_name="doorstroom")
    out, err = capsys.readouterr()
    return left.value.code, out, err


@pytest.fixture
def quick(own_ensembles, monkeypatch, tmp_path):
    """A calibration of few runs and few steps, and a back-test of two draws, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    small = partial(experiments.history.calibration.calibrate, waves=(8, 4))
    monkeypatch.setattr(experiments.history.calibration, "calibrate", small)
    for name, worth in (("CHAINS", 4), ("HIGHEST_RHAT", 9.0), ("LEAST_SIZE", 1.0), ("LEAST_TIMES", 0.0)):
        monkeypatch.setattr(experiments.history.sampler, name, worth)
    monkeypatch.setattr(experiments.history.calibration, "sample", partial(sample, steps=40, warm_up=20))
    monkeypatch.setattr(
        experiments.history.calibration, "best_point", lambda posterior, start: best_point(posterior, start[:1])
    )
    whole = experiments.history.backtest.run_backtest
    monkeypatch.setattr(
        experiments.history.backtest,
        "run_backtest",
        lambda period, name, draws, **named: whole(period, name, 2, **named),
    )
    return SimpleNamespace(ensembles=own_ensembles, folder=tmp_path)


def test_the_command_fits_keeps_and_holds_out(capsys, quick):
    words = ("calibrate", "prop-2021", "--train-until", "2020-12-31", "--workers", "1")
    code, out, err = call(capsys, *words, "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert list(document) == ["language", "ensemble", "about", "backtest"]
    assert document["ensemble"] == "prop-2021-tot-2020-12-31"
    assert document["about"] == load_ensemble("prop-2021-tot-2020-12-31").about
    assert document["about"]["train_until"] == "2020-12-31"
    seen = {(row["name"], row["fitted"]) for row in document["backtest"]}
    assert {("realised", True), ("realised", False)} <= seen
    assert len(load_ensemble("prop-2021-tot-2020-12-31").draws) == 4

    chunks = sorted(path.relative_to(quick.folder) for path in quick.folder.glob(".ijking/**/*.bin"))
    assert len(chunks) == 3
    table = (quick.ensembles / "prop-2021-tot-2020-12-31.csv").read_bytes()
    code, out, err = call(capsys, *words)  # again, from the chunks
    assert (code, err) == (0, "")
    assert (quick.ensembles / "prop-2021-tot-2020-12-31.csv").read_bytes() == table
    lines = out.splitlines()
    assert "4 trekkingen, geijkt op " in lines[0]
    assert "tot en met 31 december 2020 met 28 doorrekeningen" in lines[0]
    assert sum(line.startswith("nareis.staff_fte") and " 0,85 " in line for line in lines) == 1
    assert sum(line.startswith("Gehuisvest per halfjaar, Nederland") for line in lines) == 2
    assert lines[-1] == f"Het ensemble staat in {quick.ensembles / 'prop-2021-tot-2020-12-31.csv'}."


def test_no_word_of_the_command_stands_outside_a_catalogue(capsys, quick, monkeypatch):
    monkeypatch.setattr(language, "LANGUAGES", (*LANGUAGES, PSEUDO))
    code, out, err = call(capsys, "calibrate", "prop-2021", "--workers", "1", "--language", PSEUDO)
    assert (code, err) == (0, "")
    names = {name for row in fitted_rows() for name in (row["parameter"], *row["label"], *row["unit"])}
    names |= {name for pair in series_names().values() for name in pair}
    assert "⟦" in out and outside_catalogue(out, *names, str(quick.ensembles), "prop-2021") == []


def test_ctrl_c_says_where_the_finished_chunks_are(capsys, quick, monkeypatch):
    monkeypatch.setattr(DrawTask, "__call__", lambda task, number: (_ for _ in ()).throw(KeyboardInterrupt))
    code, out, err = call(capsys, "calibrate", "prop-2021", "--workers", "1", "--work", "werk")
    assert (code, out) == (130, "")
    assert err == "Onderbroken; de stukken die af zijn, staan in werk en worden de volgende keer gebruikt.\n"
    assert list(quick.ensembles.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(capsys, quick, monkeypatch):
    monkeypatch.setattr(experiments.history.calibration, "calibrate", lambda *_, **__: pytest.fail("it ran"))
    (quick.folder / "bestand").write_text("x")
    code, out, err = call(capsys, "calibrate", "prop-2021", "--workers", "1", "--work", "bestand/werk")
    assert (code, out) == (74, "")
    assert "Schrijven naar bestand/werk lukt niet" in err
