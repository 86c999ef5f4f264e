// Questions whose answers come late.
#include <gtest/gtest.h>

#include <condition_variable>
#include <set>
#include <stdexcept>

#include "base/late_answers.h"

namespace pnfs_ha {
namespace {

using namespace std::chrono_literals;

// Answers when the test says so, in any order. Questions that are on their way outlive the test.
class Desk : public std::enable_shared_from_this<Desk> {
 public:
  std::function<int()> question(int number) {
    return [desk = shared_from_this(), number] { return desk->wait_for(number); };
  }
  void answer(int number) {
    const std::scoped_lock lock(mutex_);
    answered_.insert(number);
    changed_.notify_all();
  }
  bool was_asked(int times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 1min, [&] { return asked_ >= times; });
  }
  int asked() {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

 private:
  int wait_for(int number) {
    std::unique_lock lock(mutex_);
    ++asked_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return answered_.contains(number); });
    if (number < 0) throw std::runtime_error("refused");
    return number;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<int> answered_;
  int asked_ = 0;
};

// Also of an earlier question, whenever it comes.
int ask_until_told(LateAnswers<int>& answers, const std::function<int()>& question) {
  for (;;)
    if (const auto answer = answers.ask(50ms, question)) return *answer;
}

TEST(LateAnswers, that_come_in_time) {
  LateAnswers<int> answers(3);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(answers.ask(1min, [i] { return i; }), i);
}

TEST(LateAnswers, that_come_later_are_given_to_who_asks_again) {
  const auto desk = std::make_shared<Desk>();
  LateAnswers<int> answers(3);
  for (const int i : {1, 2, 3}) {
    EXPECT_EQ(answers.ask(1ms, desk->question(i)), std::nullopt);
    ASSERT_TRUE(desk->was_asked(i));
  }
  EXPECT_EQ(answers.ask(1ms, desk->question(4)), std::nullopt);
  EXPECT_EQ(desk->asked(), 3);  // so many are on their way at most
  desk->answer(1);
  EXPECT_EQ(ask_until_told(answers, desk->question(5)), 1);
  desk->answer(3);
  EXPECT_EQ(ask_until_told(answers, desk->question(6)), 3);
  // Older than what was given already.
  desk->answer(2);
  EXPECT_EQ(answers.ask(100ms, desk->question(7)), std::nullopt);
  for (const int i : {4, 5, 6, 7}) desk->answer(i);
}

// A standby looks once a second: it would be told what is a second old each time, after a single late answer.
TEST(LateAnswers, that_came_late_do_not_make_the_next_ones_late) {
  const auto desk = std::make_shared<Desk>();
  LateAnswers<int> answers(3);
  EXPECT_EQ(answers.ask(1ms, desk->question(1)), std::nullopt);
  desk->answer(1);
  for (const int i : {2, 3, 4}) {
    desk->answer(i);
    EXPECT_EQ(answers.ask(1min, desk->question(i)), i);
  }
}

TEST(LateAnswers, that_are_errors_are_thrown_once) {
  const auto desk = std::make_shared<Desk>();
  LateAnswers<int> answers(1);
  EXPECT_EQ(answers.ask(1ms, desk->question(-1)), std::nullopt);
  desk->answer(-1);
  EXPECT_THROW(ask_until_told(answers, desk->question(2)), std::runtime_error);
  desk->answer(2);
  EXPECT_EQ(ask_until_told(answers, desk->question(2)), 2);
}

TEST(LateAnswers, outlive_who_asked) {
  const auto desk = std::make_shared<Desk>();
  const auto held = std::make_shared<int>(7);
  {
    LateAnswers<int> answers(1);
    EXPECT_EQ(answers.ask(1ms, [question = desk->question(1), held] { return question(); }), std::nullopt);
  }
  ASSERT_TRUE(desk->was_asked(1));
  desk->answer(1);
}

}  // namespace
}  // namespace pnfs_ha
